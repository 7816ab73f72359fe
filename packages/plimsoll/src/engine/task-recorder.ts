import type { DropReason, ErrorKind } from "../base/outcome.ts";
import { inWholeNs } from "../base/span.ts";
import { bucketIndexOfUs, LatencyHistogram } from "../records/latency-histogram.ts";
import { type Buckets, type Cell, type Extent, SLOT_MS, type TaskSecond } from "../records/second.ts";

/** Distinct failure messages kept a task; the rest count under OTHER_MESSAGE. */
const MAX_MESSAGES = 50;
const OTHER_MESSAGE = "(other)";

/**
 * Counts one request name's traffic on one thread, and hands it over once a second. Hot path: an ended request costs
 * three increments and one logarithm or two; nothing is kept of it.
 */
export class TaskRecorder {
  readonly #limitsMs: readonly number[];
  readonly #service = new LatencyHistogram();
  readonly #responseMs = new RunningExtent();
  readonly #serviceMs = new RunningExtent();
  readonly #messages = new Set<string>();
  #cells = new Map<number, CellCounts>();
  readonly #spareCells: CellCounts[] = [];
  #lastCell: CellCounts | undefined;
  #planned = 0;
  #sent = 0;
  #completed = 0;
  #failed = 0;
  #inFlight = 0;
  #bodyBytes = 0;
  #dropped: Partial<Record<DropReason, number>> = {};
  #errors: Partial<Record<ErrorKind, Record<string, number>>> = {};
  #isTouched = false;

  constructor(limitsMs: readonly number[]) {
    this.#limitsMs = limitsMs;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** An arrival became due and was handed to a connection. */
  sent(): void {
    this.#planned++;
    this.#sent++;
    this.#inFlight++;
    this.#isTouched = true;
  }

  /** An arrival became due and could not be sent for want of something of ours. */
  droppedBeforeSend(reason: DropReason): void {
    this.#planned++;
    this.#dropped[reason] = (this.#dropped[reason] ?? 0) + 1;
    this.#isTouched = true;
  }

  /** One counted by `sent()` never left: takes it back and counts it as dropped. */
  droppedAfterAll(reason: DropReason): void {
    this.#sent--;
    this.#inFlight--;
    this.#dropped[reason] = (this.#dropped[reason] ?? 0) + 1;
    this.#isTouched = true;
  }

  /** Times in ms; `dueMs` on the phase clock. */
  completed(dueMs: number, responseMs: number, serviceMs: number, bodyBytes: number): void {
    this.#completed++;
    const cell = this.#ended(dueMs, responseMs, serviceMs, bodyBytes);
    cell.response.add(bucketIndexOfUs(responseMs * 1000));
    const limits = this.#limitsMs;
    for (let i = 0; i < limits.length; i++) if (responseMs > limits[i]!) cell.over[i]!++;
  }

  failed(dueMs: number, responseMs: number, serviceMs: number, failure: Failure): void {
    this.#failed++;
    const cell = this.#ended(dueMs, responseMs, serviceMs, failure.bodyBytes);
    cell.failed.add(bucketIndexOfUs(responseMs * 1000));
    for (let i = 0; i < this.#limitsMs.length; i++) cell.over[i]!++;
    this.#errors[failure.kind] ??= {};
    const byMessage = this.#errors[failure.kind]!;
    const message = this.#knownMessage(failure.message);
    byMessage[message] = (byMessage[message] ?? 0) + 1;
  }

  /** Still in flight when the phase was given up; stays counted as in flight. */
  censored(dueMs: number, ageMs: number): void {
    const cell = this.#cellAt(Math.floor(dueMs / SLOT_MS));
    cell.censored.add(bucketIndexOfUs(ageMs * 1000));
    for (let i = 0; i < this.#limitsMs.length; i++) if (ageMs > this.#limitsMs[i]!) cell.over[i]!++;
    this.#isTouched = true;
  }

  /** Hands over what was counted since the last call; undefined when there is nothing to tell. */
  drain(): TaskSecond | undefined {
    if (!this.#isTouched && this.#inFlight === 0) return undefined;
    const second: TaskSecond = {
      planned: this.#planned,
      sent: this.#sent,
      completed: this.#completed,
      failed: this.#failed,
      inFlight: this.#inFlight,
      dropped: this.#dropped,
      errors: this.#errors,
      bodyBytes: this.#bodyBytes,
      responseMs: this.#responseMs.drain(),
      serviceMs: this.#serviceMs.drain(),
      service: this.#service.drain(),
      cells: this.#drainCells(),
    };
    this.#planned = this.#sent = this.#completed = this.#failed = this.#bodyBytes = 0;
    this.#dropped = {};
    this.#errors = {};
    this.#isTouched = false;
    return second;
  }

  #ended(dueMs: number, responseMs: number, serviceMs: number, bodyBytes: number): CellCounts {
    this.#inFlight--;
    this.#bodyBytes += bodyBytes;
    this.#responseMs.add(responseMs);
    this.#serviceMs.add(serviceMs);
    this.#service.recordUs(serviceMs * 1000);
    this.#isTouched = true;
    return this.#cellAt(Math.floor(dueMs / SLOT_MS));
  }

  #cellAt(due: number): CellCounts {
    if (this.#lastCell?.due === due) return this.#lastCell;
    let cell = this.#cells.get(due);
    if (cell === undefined) {
      cell = this.#spareCells.pop() ?? new CellCounts(this.#limitsMs.length);
      cell.due = due;
      this.#cells.set(due, cell);
    }
    this.#lastCell = cell;
    return cell;
  }

  #drainCells(): Cell[] {
    const cells = [...this.#cells.values()].sort((a, b) => a.due - b.due);
    this.#cells = new Map();
    this.#lastCell = undefined;
    return cells.map((cell) => {
      const drained = cell.drain();
      this.#spareCells.push(cell);
      return drained;
    });
  }

  #knownMessage(message: string): string {
    if (this.#messages.has(message)) return message;
    if (this.#messages.size >= MAX_MESSAGES) return OTHER_MESSAGE;
    this.#messages.add(message);
    return message;
  }
}

export interface Failure {
  readonly kind: ErrorKind;
  readonly message: string;
  readonly bodyBytes: number;
}

class CellCounts {
  due = 0;
  readonly response = new SparseCounts();
  readonly failed = new SparseCounts();
  readonly censored = new SparseCounts();
  readonly over: number[];

  constructor(limitCount: number) {
    this.over = new Array<number>(limitCount).fill(0);
  }

  drain(): Cell {
    const cell: Cell = {
      due: this.due,
      response: this.response.drain(),
      failed: this.failed.drain(),
      censored: this.censored.drain(),
      over: this.over.slice(),
    };
    this.over.fill(0);
    return cell;
  }
}

/** Counts by bucket index where few buckets are hit: a map, so that a slow target's many open slots stay small. */
class SparseCounts {
  readonly #counts = new Map<number, number>();

  add(index: number): void {
    this.#counts.set(index, (this.#counts.get(index) ?? 0) + 1);
  }

  drain(): Buckets {
    if (this.#counts.size === 0) return [];
    const pairs = [...this.#counts].sort((a, b) => a[0] - b[0]);
    this.#counts.clear();
    return pairs;
  }
}

class RunningExtent {
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = 0;

  add(value: number): void {
    this.#sum += value;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
  }

  drain(): Extent {
    const min = Number.isFinite(this.#min) ? this.#min : 0;
    const extent = { sum: inWholeNs(this.#sum), min: inWholeNs(min), max: inWholeNs(this.#max) };
    this.#sum = 0;
    this.#min = Number.POSITIVE_INFINITY;
    this.#max = 0;
    return extent;
  }
}
