import { performance } from "node:perf_hooks";
import { PlimsollError } from "../base/errors.ts";
import type { ResolvedTarget } from "../fleet/messages.ts";
import { compileExpectation } from "../plan/expectation.ts";
import type { Spec } from "../spec/spec.ts";
import { probeConnect, probeReady } from "../transport/probe.ts";
import type { TransportOptions } from "../transport/transport.ts";
import type { Console } from "./console.ts";

const CONNECT_WITHIN_MS = 5_000;
const TELL_AFTER_MS = 2_000;
const PROBE_HEADER_BYTES = 64 * 1024;

/** Waits until the target answers as `ready` says; nothing else is sent before. @throws TARGET_NOT_READY */
export async function waitUntilReady(spec: Spec, target: ResolvedTarget, console: Console): Promise<void> {
  const transport = transportOptionsOf(spec, target);
  if (spec.ready === undefined) {
    const connected = await probeConnect({ transport, timeoutMs: CONNECT_WITHIN_MS });
    if (connected.kind === "not-ready")
      throw new PlimsollError(
        "TARGET_NOT_READY",
        `${target.origin} took no connection within 5 s: ${connected.lastSeen}`,
        {
          hint: "Is it up, and on that port? Give `ready:` in the spec if it needs time to load.",
        },
      );
    return;
  }
  const { path, expect, intervalMs, timeoutMs } = spec.ready;
  const startedAtMs = performance.now();
  let toldAtMs = startedAtMs;
  const probed = await probeReady({
    transport,
    path,
    headers: "",
    expectation: compileExpectation(expect),
    intervalMs,
    timeoutMs,
    onAttempt: (lastSeen) => {
      const nowMs = performance.now();
      if (nowMs - toldAtMs < TELL_AFTER_MS) return;
      toldAtMs = nowMs;
      const waitedS = Math.round((nowMs - startedAtMs) / 1000);
      console.note(
        `waiting for ${target.origin}${path} (${waitedS} s of ${Math.round(timeoutMs / 1000)} s): ${lastSeen}\n`,
      );
    },
  });
  if (probed.kind === "not-ready")
    throw new PlimsollError(
      "TARGET_NOT_READY",
      `${target.origin} was not ready within ${timeoutMs / 1000} s; last seen: ${probed.lastSeen}`,
    );
}

function transportOptionsOf(spec: Spec, target: ResolvedTarget): TransportOptions {
  return {
    origin: target.origin,
    addresses: target.addresses,
    connectTimeoutMs: spec.timeouts.connectMs,
    firstByteTimeoutMs: spec.timeouts.firstByteMs,
    totalTimeoutMs: spec.timeouts.totalMs,
    maxBodyBytes: spec.maxBodyBytes,
    maxHeaderBytes: PROBE_HEADER_BYTES,
    tls: spec.tls,
    nowMs: () => performance.now(),
  };
}
