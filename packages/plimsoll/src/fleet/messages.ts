/** What a coordinator and a load thread say to one another; plain data, so a thread, a process and a pod are alike. */
import type { ConnectionCap } from "../engine/engine-context.ts";
import type { RawBatch, RawSetup } from "../engine/raw-log.ts";
import type { Slice } from "../plan/slice.ts";
import type { SecondRecord } from "../records/second.ts";
import type { Profile, Spec } from "../spec/spec.ts";
import type { TransportChoice } from "./open-transport.ts";

/** Handed to a thread at its birth. */
export interface ThreadSetup {
  readonly spec: Spec;
  readonly seed: number;
  readonly slice: Slice;
  readonly limitsMs: readonly number[];
  /** Of the whole run. */
  readonly connectionCap: ConnectionCap;
  readonly target: ResolvedTarget;
  readonly transport: TransportChoice;
  /** Values of the references that requests need; never written anywhere. */
  readonly references: Readonly<Record<string, string>>;
  /** Texts that must not be seen in anything the thread tells. */
  readonly secrets: readonly string[];
  /** Sent with every request unless the spec gives its own. */
  readonly userAgent: string;
  /** `process.hrtime` at the run clock's zero, ns as text. */
  readonly zeroNs: string;
  /** Only where rows of single requests were asked for. */
  readonly raw?: RawSetup | undefined;
}

/** The target after the guard has seen it. */
export interface ResolvedTarget {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Checked addresses; connections go only to these. */
  readonly addresses: readonly string[];
}

export type ToThread =
  /** Begin phase `index` at `startAtMs` on the run clock. */
  | { readonly type: "phase"; readonly index: number; readonly startAtMs: number; readonly profile: Profile }
  /** From `fromMs` on the phase clock the load is this profile's. */
  | { readonly type: "replan"; readonly profile: Profile; readonly fromMs: number }
  /** Send no more; give what is in flight `drainMs` (undefined: the spec's). */
  | { readonly type: "stop"; readonly drainMs: number | undefined }
  | { readonly type: "close" };

/** Rows of single requests; told after the second in which they ended, and before the phase's end. */
export type RawMessage = { readonly type: "raw"; readonly batch: RawBatch };

export type FromThread =
  /** `systemThreadId`: under which Linux counts the thread's CPU time; undefined elsewhere. */
  | { readonly type: "ready"; readonly systemThreadId: number | undefined }
  | { readonly type: "second"; readonly second: SecondRecord }
  | RawMessage
  | { readonly type: "phaseEnded"; readonly index: number; readonly endedAtMs: number; readonly drainedAtMs: number };
