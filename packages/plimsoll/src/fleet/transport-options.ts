import type { Spec } from "../spec/spec.ts";
import type { TransportOptions } from "../transport/transport.ts";
import type { ResolvedTarget } from "./messages.ts";

const MAX_HEADER_BYTES = 64 * 1024;

/** How a spec wants its target talked to; `nowMs` is the clock that instants are told on. */
export function transportOptionsOf(spec: Spec, target: ResolvedTarget, nowMs: () => number): TransportOptions {
  return {
    origin: target.origin,
    addresses: target.addresses,
    connectTimeoutMs: spec.timeouts.connectMs,
    firstByteTimeoutMs: spec.timeouts.firstByteMs,
    totalTimeoutMs: spec.timeouts.totalMs,
    maxBodyBytes: spec.maxBodyBytes,
    maxHeaderBytes: MAX_HEADER_BYTES,
    tls: spec.tls,
    nowMs,
  };
}
