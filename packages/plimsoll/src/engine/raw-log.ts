/**
 * Rows of single requests for those who want to look at each: written as CSV in the load thread, handed over in batches,
 * bounded. The hot path when it is asked for; when it is not, there is none.
 */
import type { OutcomeKind } from "../base/outcome.ts";

/** What a thread needs to write rows. */
export interface RawSetup {
  /** Share of the requests that get a row, 0–1; chosen by their number in the run, so the same at any number of threads. */
  readonly sampleRatio: number;
  /** Request names as CSV fields, in the order of the plan. */
  readonly taskFields: readonly string[];
}

/** Instants on the run clock; NaN where there was none. */
export interface RawRequest {
  readonly requestIndex: number;
  readonly sequence: number;
  readonly dueMs: number;
  readonly sentAtMs: number;
  readonly firstByteAtMs: number;
  readonly endedAtMs: number;
  /** 0 when none came. */
  readonly status: number;
  /** `in-flight`: given up at the phase's end. */
  readonly kind: OutcomeKind | "in-flight";
  readonly bodyBytes: number;
}

/** Rows as CSV text, in the order in which requests ended, and how many more there would have been. */
export interface RawBatch {
  readonly text: string;
  readonly rowCount: number;
  readonly droppedCount: number;
}

export const RAW_HEADER =
  "profile,task,sequence,due_ms,sent_ms,first_byte_ms,end_ms,status,kind,body_bytes\r\n" as const;

/** Rows a thread holds between two hand-overs (a second): beyond, they are counted only. */
const MOST_ROWS = 50_000;

/** One thread's rows since they were last taken. */
export class RawLog {
  readonly #setup: RawSetup;
  readonly #mostRows: number;
  #rows: string[] = [];
  #droppedCount = 0;
  #profileField = "";

  constructor(setup: RawSetup, mostRows = MOST_ROWS) {
    this.#setup = setup;
    this.#mostRows = mostRows;
  }

  /** Rows from here on are of this profile; its name is a file's name and needs no quotes. */
  begin(profile: string): void {
    this.#profileField = profile;
  }

  /** Whether the request of this number gets a row. */
  takes(sequence: number): boolean {
    // Knuth's multiplicative hash: every n-th request would fall into step with a mix or a flow.
    return (Math.imul(sequence, 2654435761) >>> 0) / 2 ** 32 < this.#setup.sampleRatio;
  }

  add(request: RawRequest): void {
    if (this.#rows.length >= this.#mostRows) {
      this.#droppedCount++;
      return;
    }
    const { sequence, dueMs, sentAtMs, firstByteAtMs, endedAtMs, status, kind, bodyBytes } = request;
    const task = this.#setup.taskFields[request.requestIndex] ?? "";
    const instants = `${msField(dueMs)},${msField(sentAtMs)},${msField(firstByteAtMs)},${msField(endedAtMs)}`;
    const outcome = `${status === 0 ? "" : status},${kind},${bodyBytes}`;
    this.#rows.push(`${this.#profileField},${task},${sequence},${instants},${outcome}\r\n`);
  }

  /** Undefined when there is nothing to hand over. */
  drain(): RawBatch | undefined {
    const rows = this.#rows;
    const droppedCount = this.#droppedCount;
    if (rows.length === 0 && droppedCount === 0) return undefined;
    this.#rows = [];
    this.#droppedCount = 0;
    return { text: rows.join(""), rowCount: rows.length, droppedCount };
  }
}

function msField(ms: number): string {
  return Number.isNaN(ms) ? "" : ms.toFixed(3);
}
