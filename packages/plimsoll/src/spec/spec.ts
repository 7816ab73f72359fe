/**
 * The frozen `Spec`: what to ask of a target, as every way of writing it (YAML, JSON, TypeScript, flags) ends up.
 *
 * It is plain JSON data: it crosses to threads and machines and into the journal as it is. Times are ms, sizes
 * bytes, rates per second. Text marked *may hold references* keeps `${NAME}` and `${NAME:-default}` as written:
 * they become bytes only where a request is built, so that a secret is in no journal, report or log.
 */
import type { JsonValue } from "../base/json.ts";

export interface Spec {
  readonly name: string;
  /** Scheme, host and port, with an optional base path, such as `http://127.0.0.1:8000`; user info may hold references. */
  readonly target: string;
  /** Sent with every request; values may hold references. Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly ready: Ready | undefined;
  readonly data: Readonly<Record<string, DataTable>>;
  readonly tasks: readonly Task[];
  readonly profiles: readonly Profile[];
  readonly thresholds: readonly Threshold[];
  readonly timeouts: Timeouts;
  readonly tls: TlsOptions;
  /** Hosts (exact names or addresses) that may be loaded although they are neither loopback nor private. */
  readonly allowTargets: readonly string[];
  /** The target's own metrics, recorded while it is loaded. */
  readonly observe?: Observe;
  readonly followRedirects: "never" | "same-origin";
  /** Open loop: the most connections one run opens; an arrival beyond it is dropped and makes the run inconclusive. */
  readonly maxConnections: number;
  /** A longer response body is `too-large`. */
  readonly maxBodyBytes: number;
}

export interface Timeouts {
  readonly connectMs: number;
  /** From the send to the first byte of the response. */
  readonly firstByteMs: number;
  /** From the send to the last byte. */
  readonly totalMs: number;
  /** How long requests in flight at a phase's end may still take. */
  readonly drainMs: number;
}

export interface TlsOptions {
  /** PEM text of further certificate authorities. */
  readonly caPem: string | undefined;
  readonly isVerified: boolean;
  readonly serverName: string | undefined;
}

/** Where the target tells of itself as Prometheus text, and what is read there. */
export interface Observe {
  /** Scheme, user info (may hold references) and host, such as `http://127.0.0.1:9400`. */
  readonly origin: string;
  /** May hold references in its query. */
  readonly path: string;
  /** Values may hold references. Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly everyMs: number;
  /** At least one, each of another name. */
  readonly metrics: readonly ObservedMetric[];
}

export interface ObservedMetric {
  /** Under which it is recorded. */
  readonly name: string;
  /** As the target calls it. */
  readonly metric: string;
  /** A series counts when it has all of these. */
  readonly labels: Readonly<Record<string, string>>;
  /** What several series come to. */
  readonly take: "sum" | "mean" | "min" | "max";
  /** The value at which it is full. */
  readonly full?: number;
}

/** Nothing else is sent before this holds. */
export interface Ready {
  readonly path: string;
  readonly expect: Expect;
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

/** Rows to draw from: plain values (inline, txt) or records (JSONL, CSV with a header). */
export interface DataTable {
  readonly rows: readonly JsonValue[];
  /** As written, for the report: a file's name or `inline`. */
  readonly source: string;
}

/** One kind of request (or flow of them) in the mix; its share is weight ÷ sum of weights. */
export interface Task {
  readonly name: string;
  readonly weight: number;
  readonly tags: readonly string[];
  /** At least one; the second and later ones are sent only after the one before succeeded. */
  readonly steps: readonly Step[];
  /** Overrides the profile's or spec's think time after this task. */
  readonly think: Think | undefined;
}

export interface Step {
  /** Under which it is counted: the task's name, or `task.step` in a flow of several. */
  readonly name: string;
  readonly method: string;
  /** Path and query string with `{{…}}` insertions; may hold references in its query. */
  readonly path: Text;
  readonly query: Readonly<Record<string, Text>>;
  readonly headers: Readonly<Record<string, Text>>;
  readonly body: Body | undefined;
  readonly expect: Expect;
  readonly capture: Readonly<Record<string, Capture>>;
}

/** A string with insertions, such as `/users/{{id}}`, in its parts: literal text and generators by turns. */
export type Text = readonly (string | Generator)[];

/** A JSON value in which any place may be generated. */
export type JsonTemplate =
  | { readonly kind: "literal"; readonly value: JsonValue }
  | { readonly kind: "text"; readonly text: Text }
  | { readonly kind: "generate"; readonly generator: Generator }
  | { readonly kind: "array"; readonly items: readonly JsonTemplate[] }
  | { readonly kind: "object"; readonly entries: readonly (readonly [string, JsonTemplate])[] };

export type Body =
  | { readonly kind: "json"; readonly template: JsonTemplate }
  | { readonly kind: "text"; readonly text: Text; readonly contentType: string }
  | { readonly kind: "form"; readonly fields: readonly (readonly [string, Text])[] }
  | { readonly kind: "file"; readonly contentType: string; readonly base64: string; readonly source: string };

/** Something drawn anew for each request, from the request's own seeded stream. */
export type Generator =
  /** `count` undefined: one row itself; else a list of that many rows (both ends included), drawn independently. */
  | {
      readonly kind: "pick";
      readonly from: string;
      readonly field: string | undefined;
      readonly count: readonly [number, number] | undefined;
    }
  | { readonly kind: "integer"; readonly low: number; readonly high: number }
  | { readonly kind: "number"; readonly low: number; readonly high: number }
  | { readonly kind: "uuid" }
  | { readonly kind: "timestamp"; readonly format: "iso" | "unix" | "unixMs" }
  /** `text` repeated and cut to a length in characters drawn from the range. */
  | { readonly kind: "repeat"; readonly text: string; readonly length: readonly [number, number] }
  /** Unique in its profile, over all workers. */
  | { readonly kind: "counter"; readonly start: number }
  /** What an earlier step of the flow captured. */
  | { readonly kind: "captured"; readonly name: string };

/** Where a captured value is taken from. */
export type Capture =
  | { readonly from: "json"; readonly path: string }
  | { readonly from: "header"; readonly name: string };

/** What makes a response right; all given parts must hold. Without `status`, any below 400 is right. */
export interface Expect {
  readonly status: readonly StatusRange[] | undefined;
  readonly headers: Readonly<Record<string, { readonly equals: string } | { readonly contains: string }>>;
  /** JSON path (`$.a.b[0]`, `a.b`) → the exact value wanted. */
  readonly json: readonly { readonly path: string; readonly equals: JsonValue }[];
  /** JSON path → the shape wanted there. */
  readonly shape: readonly { readonly path: string; readonly shape: Shape }[];
  readonly maxMs: number | undefined;
  /** Body checks run on this share of responses (1: all). Status, headers and latency are always checked. */
  readonly checkRatio: number;
}

/** `{low: 200, high: 299}` for `2xx`. */
export interface StatusRange {
  readonly low: number;
  readonly high: number;
}

/** `length`: items of an array or characters of a string, both ends included. */
export interface Shape {
  readonly type: "string" | "number" | "integer" | "boolean" | "array" | "object" | "null" | undefined;
  readonly length: readonly [number, number] | undefined;
}

export type Think =
  | { readonly kind: "none" }
  | { readonly kind: "constant"; readonly ms: number }
  | { readonly kind: "uniform"; readonly lowMs: number; readonly highMs: number }
  | { readonly kind: "exponential"; readonly meanMs: number }
  | { readonly kind: "log-normal"; readonly medianMs: number; readonly sigma: number }
  /** From one start to the next, like Locust's constant_pacing: waits only what is left. */
  | { readonly kind: "pacing"; readonly ms: number };

interface ProfileBase {
  readonly name: string;
  /** From the first user or arrival, ramps included. */
  readonly durationMs: number;
  /** Only tasks with one of these tags, when given. */
  readonly tags: readonly string[] | undefined;
  /** `0` judges from the first request; undefined finds the cut. */
  readonly warmupMs: number | undefined;
}

/** Closed loop: users who wait for their answer. */
export interface ClosedProfile extends ProfileBase {
  readonly kind: "closed";
  /** Straight parts, in order; the number of users goes from the last part's `users` to this one's. */
  readonly stages: readonly UserStage[];
  readonly think: Think;
  /** Of a run that repeats one whose load was changed: users it was planned with, by whom its requests are numbered. */
  readonly plannedUsers?: number;
}

/**
 * Reaches `users` by adding (or taking away) `spawnPerSec` users a second, evenly spaced (undefined: all at once),
 * then holds them for the rest of `durationMs`.
 */
export interface UserStage {
  readonly users: number;
  readonly spawnPerSec: number | undefined;
  readonly durationMs: number;
}

/** Open loop: arrivals that come by the clock. */
export interface OpenProfile extends ProfileBase {
  readonly kind: "open";
  readonly arrivals: "poisson" | "constant";
  readonly stages: readonly RateStage[];
}

/** The rate goes in a straight line from one to the other. */
export interface RateStage {
  readonly fromPerSec: number;
  readonly toPerSec: number;
  readonly durationMs: number;
}

export type Profile = ClosedProfile | OpenProfile;

/** `single_embed p99 < 1s`, taken apart. Ratios are 0–1, times ms, rates per second. */
export interface Threshold {
  /** As written. */
  readonly expr: string;
  readonly profile: string | undefined;
  readonly task: string | undefined;
  readonly metric: Metric;
  readonly op: "<" | "<=" | ">" | ">=";
  readonly limit: number;
  /** `for 30s`: must hold in every window this long; undefined: over the whole judged phase. */
  readonly windowMs: number | undefined;
  /** `point` judges the observed value alone, whatever its interval. */
  readonly strict: "interval" | "point";
  /** Ends the run once it cannot be kept any more; only of `pXX` and `errors` below a limit. */
  readonly abort: boolean;
}

/** `mean`, `min` and `max` are of the response time; `errors` is a ratio; `rps` counts what completed within the phase. */
export type Metric =
  | { readonly kind: "quantile"; readonly ratio: number }
  | { readonly kind: "mean" }
  | { readonly kind: "min" }
  | { readonly kind: "max" }
  | { readonly kind: "errors" }
  | { readonly kind: "rps" }
  | { readonly kind: "drift" }
  | { readonly kind: "recovery" };
