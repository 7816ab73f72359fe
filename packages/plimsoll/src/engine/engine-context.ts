import type { Clock } from "../base/clock.ts";
import type { DropReason } from "../base/outcome.ts";
import type { CompiledTasks } from "../plan/compiled-task.ts";
import type { Slice } from "../plan/slice.ts";
import type { GeneratorSecond, SecondRecord } from "../records/second.ts";
import type { Transport } from "../transport/transport.ts";
import type { Alarm } from "./alarm.ts";
import type { RawLog } from "./raw-log.ts";

/** Connections that an open loop may hold at once, and what an arrival beyond is dropped for. */
export interface ConnectionCap {
  readonly count: number;
  readonly reason: DropReason;
}

/** All that the engine of one thread needs of the world; given in, so that a virtual clock can drive it. */
export interface EngineContext {
  /** The run clock. */
  readonly clock: Clock;
  /** Wall clock for `timestamp` templates, ms since 1970. */
  readonly wallNowMs: () => number;
  readonly alarm: Alarm;
  readonly transport: Transport;
  readonly compiled: CompiledTasks;
  readonly limitsMs: readonly number[];
  readonly seed: number;
  readonly slice: Slice;
  /** Of this thread. */
  readonly connectionCap: ConnectionCap;
  readonly drainMs: number;
  /** `http://host:port`, against which a redirect must match; undefined follows none. */
  readonly redirectOrigin: string | undefined;
  /** Clears secrets from a text that may quote the target. */
  readonly redact: (text: string) => string;
  /** Rows of single requests, where they were asked for. */
  readonly raw?: RawLog | undefined;
  readonly onSecond: (second: SecondRecord) => void;
  /** What the thread tells of itself since the last call. */
  readonly sampleGenerator: () => GeneratorSecond;
}
