/**
 * `simulate/` is a server whose truth is known: what it answers, when, and how it fails follow from a seed and a
 * written behaviour, and it counts what it really did. It exists to prove the measuring half of Plimsoll, and so must
 * know nothing of it: no spec, plan, engine or transport.
 */
import type { FaultKind } from "./fault-kind.ts";

/** How long something takes: a constant, or drawn anew each time. */
export type DurationLaw =
  | { readonly kind: "fixed"; readonly ms: number }
  | { readonly kind: "exponential"; readonly meanMs: number }
  /** `cvRatio` is the standard deviation over the mean. */
  | { readonly kind: "lognormal"; readonly meanMs: number; readonly cvRatio: number };

/** Up to `maxCount` waiting requests are served together in `baseMs` + `perItemMs` · n, times a log-normal factor. */
export interface BatchLaw {
  readonly maxCount: number;
  readonly baseMs: number;
  readonly perItemMs: number;
  /** Of the factor, whose mean is 1; 0: always 1. */
  readonly cvRatio: number;
}

/** In each period of `everyMs`, counted from the first request, no answer leaves in the last `forMs`. */
export interface StallLaw {
  readonly forMs: number;
  readonly everyMs: number;
}

/** How a request is answered. */
export type Outcome =
  | { readonly kind: "ok" }
  | { readonly kind: "status"; readonly status: number }
  | { readonly kind: "fault"; readonly fault: FaultKind }
  /** Found the queue full: 503 with Retry-After. */
  | { readonly kind: "shed" }
  /** Found the queue full: the connection is reset without a word. */
  | { readonly kind: "dropped" };

/** This share of all requests gets that answer instead of a good one. */
export interface ErrorShare {
  readonly ratio: number;
  readonly outcome: Outcome;
}

/** What a chat completion streams. */
export interface StreamLaw {
  /** From the start of service to the first token. */
  readonly ttft: DurationLaw;
  /** From one token to the next. */
  readonly gap: DurationLaw;
  readonly tokenCount: number;
}

/** How the requests of one path are served; `undefined` limits are no limits. */
export interface Behaviour {
  readonly service: DurationLaw;
  /** First come, first served by so many; `undefined`: nobody ever waits. */
  readonly serverCount: number | undefined;
  /** Waiting places. */
  readonly queueCount: number | undefined;
  readonly overflow: "503" | "drop";
  readonly retryAfterSec: number;
  readonly batch: BatchLaw | undefined;
  readonly stall: StallLaw | undefined;
  /** Service grows by this share of itself each minute since the first request. */
  readonly leakPerMinRatio: number;
  readonly errors: readonly ErrorShare[];
  readonly responseBytes: number;
  readonly stream: StreamLaw;
}

/** A whole simulated server. */
export interface Simulation {
  readonly seed: number;
  /** `/health` answers 503 for so long after the start. */
  readonly readyAfterMs: number;
  /** Of every path not in `paths`; they share one station. */
  readonly otherwise: Behaviour;
  /** By path, each with a station of its own. */
  readonly paths: ReadonlyMap<string, Behaviour>;
}

/** What is served where nothing else is said: an answer of 64 octets at once, a stream of 64 tokens in 1.46 s. */
export const DEFAULT_BEHAVIOUR: Behaviour = {
  service: { kind: "fixed", ms: 0 },
  serverCount: undefined,
  queueCount: undefined,
  overflow: "503",
  retryAfterSec: 1,
  batch: undefined,
  stall: undefined,
  leakPerMinRatio: 0,
  errors: [],
  responseBytes: 64,
  stream: { ttft: { kind: "fixed", ms: 200 }, gap: { kind: "fixed", ms: 20 }, tokenCount: 64 },
};
