import { performance } from "node:perf_hooks";
import { PlimsollError } from "../base/errors.ts";
import { EXIT } from "../base/exit-codes.ts";
import { Random } from "../base/random.ts";
import type { ResolvedTarget } from "../fleet/messages.ts";
import { openTransport, type TransportChoice } from "../fleet/open-transport.ts";
import { transportOptionsOf } from "../fleet/transport-options.ts";
import type { CompileOptions } from "../plan/compiled-task.ts";
import { compileExpectation } from "../plan/expectation.ts";
import { compileRequest } from "../plan/request-template.ts";
import type { Ready, Spec, Step } from "../spec/spec.ts";
import { probeConnect, probeReady } from "../transport/probe.ts";
import type { TransportOptions } from "../transport/transport.ts";
import type { Console } from "./console.ts";
import { watchSignals } from "./signals.ts";

const CONNECT_WITHIN_MS = 5_000;
const HTTP1_HINT = "Without --http2 it is asked by HTTP/1.1.";
const TELL_AFTER_MS = 2_000;
const TELL_AGAIN_MS = 10_000;

export interface ReadinessOptions {
  readonly spec: Spec;
  readonly target: ResolvedTarget;
  /** The load's own: readiness is asked by the way that the load will go. */
  readonly transport: TransportChoice;
  readonly console: Console;
  /** Clears what is told of the target's answers of secrets. */
  readonly redact: (text: string) => string;
}

/** Waits until the target answers as `ready` says; nothing else is sent before. A signal ends the process, with a sentence. @throws TARGET_NOT_READY */
export async function waitUntilReady(options: ReadinessOptions, compile: CompileOptions): Promise<void> {
  const signals = exitOnSignal(options.target.origin);
  try {
    await untilReady(options, compile);
  } finally {
    signals.stop();
  }
}

/** Nothing has been written yet and no load sent, so there is nothing to wind up. */
function exitOnSignal(origin: string): { stop(): void } {
  return watchSignals((signal) => {
    process.stderr.write(`interrupted while waiting for ${origin}: no load was sent, no result written\n`);
    process.exit(signal === "SIGTERM" ? EXIT.sigterm : EXIT.sigint);
  });
}

async function untilReady(
  { spec, target, transport: choice, console, redact }: ReadinessOptions,
  options: CompileOptions,
): Promise<void> {
  const transport = transportOptionsOf(spec, target, () => performance.now());
  if (spec.ready === undefined) {
    const connected = await probeConnect({
      transport,
      timeoutMs: CONNECT_WITHIN_MS,
      tryConnect: wayOf(choice, transport),
    });
    if (connected.kind === "ready") return;
    if (connected.isFinal) throw neverReady(target.origin, connected.lastSeen, choice);
    throw new PlimsollError(
      "TARGET_NOT_READY",
      `${target.origin} took no connection within 5 s: ${connected.lastSeen}`,
      {
        hint:
          choice.kind === "http2"
            ? `Is it up, and does it speak HTTP/2 on that port? ${HTTP1_HINT}`
            : "Is it up, and on that port? Give `ready:` in the spec if it needs time to load.",
      },
    );
  }
  const { path, expect, intervalMs, timeoutMs } = spec.ready;
  const startedAtMs = performance.now();
  let toldAtMs = startedAtMs;
  let tellAfterMs = TELL_AFTER_MS;
  const probed = await probeReady({
    transport,
    open: (options) => openTransport(choice, options),
    ...compileReady(spec, spec.ready, options),
    expectation: compileExpectation(expect),
    isFinal: choice.kind === "http2" ? (await http2()).isWithoutHttp2 : undefined,
    intervalMs,
    timeoutMs,
    onAttempt: (lastSeen) => {
      const nowMs = performance.now();
      if (nowMs - toldAtMs < tellAfterMs) return;
      toldAtMs = nowMs;
      tellAfterMs = TELL_AGAIN_MS;
      const waitedS = Math.round((nowMs - startedAtMs) / 1000);
      console.note(
        `waiting for ${target.origin}${path} (${waitedS} s of ${Math.round(timeoutMs / 1000)} s): ${redact(lastSeen)}\n`,
      );
    },
  });
  if (probed.kind === "ready") return;
  if (probed.isFinal) throw neverReady(target.origin, redact(probed.lastSeen), choice);
  throw new PlimsollError(
    "TARGET_NOT_READY",
    `${target.origin} was not ready within ${timeoutMs / 1000} s; last seen: ${redact(probed.lastSeen)}`,
  );
}

/** One answer settled it. */
function neverReady(origin: string, lastSeen: string, choice: TransportChoice): PlimsollError {
  const isTls = choice.kind !== "http2" || lastSeen.startsWith("tls: ");
  return new PlimsollError("TARGET_NOT_READY", `${origin} can never be ready for this run: ${lastSeen}`, {
    hint: isTls ? "Does it speak TLS on that port, with a certificate to trust?" : HTTP1_HINT,
  });
}

/** Loaded only where it is spoken. */
function http2() {
  return import("../transport/http2/http2-transport.ts");
}

/** The way to the target where it is another than a connection: an HTTP/2 session, or a proxy's tunnel. */
function wayOf(choice: TransportChoice, options: TransportOptions) {
  if (choice.kind === "http2") {
    return async (timeoutMs: number) => {
      const { trySession } = await http2();
      return await trySession(options, timeoutMs);
    };
  }
  const { origin } = options;
  const proxyUrl = choice.kind === "undici" ? choice.proxyUrl : undefined;
  if (proxyUrl === undefined) return undefined;
  return async (timeoutMs: number) => {
    const { tryTunnel } = await import("../transport/undici/tunnel.ts");
    const lastSeen = await tryTunnel({ origin, proxyUrl, timeoutMs });
    return lastSeen === undefined ? undefined : { lastSeen, isFinal: false, isTimeout: false };
  };
}

/** The readiness request as bytes: with the spec's headers, base path, user info and references, like any other. */
function compileReady(
  spec: Spec,
  ready: Ready,
  options: CompileOptions,
): { readonly path: string; readonly headers: string } {
  const step: Step = {
    name: "ready",
    method: "GET",
    path: [ready.path],
    query: {},
    headers: {},
    body: undefined,
    expect: ready.expect,
    capture: {},
  };
  const { target, headers, data } = spec;
  const context = { random: new Random(0), captured: new Map(), sequence: 0, wallNowMs: Date.now };
  return compileRequest(step, { target, headers, data, ...options }).render(context);
}
