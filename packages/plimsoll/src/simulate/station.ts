import type { Behaviour, Outcome, StallLaw } from "./behaviour.ts";
import type { Draws } from "./draws.ts";
import { Fifo } from "./fifo.ts";
import { MinHeap } from "./min-heap.ts";

/** One request at a station; instants are on the clock of its caller. */
export interface Visit<T> {
  /** Of the arrivals at this station, from 0. */
  readonly number: number;
  readonly atMs: number;
  readonly caller: T;
  /** When service began and when the answer is due; NaN until it is decided. */
  startMs: number;
  endMs: number;
  outcome: Outcome;
}

export interface StationOptions<T> {
  readonly draws: Draws;
  /** Told once for each visit, as soon as its start and end are known, and before `arrive` or `advance` returns. */
  readonly onDecided: (visit: Visit<T>) => void;
}

const SHED: Outcome = { kind: "shed" };
const DROPPED: Outcome = { kind: "dropped" };
const MS_PER_MIN = 60_000;

/**
 * The queue and the servers of one path, in whatever time its caller tells: the live server and its virtual twin are
 * this same code. First come, first served; a server is busy until its answer is due, stall and all.
 *
 * An error takes its server as long as a good answer would. A client that gives up does not free its server.
 */
export class Station<T> {
  readonly #behaviour: Behaviour;
  readonly #draws: Draws;
  readonly #onDecided: (visit: Visit<T>) => void;
  /** When each server falls free; `undefined`: there are always more. */
  readonly #free: MinHeap<number> | undefined;
  /** Starts still to come of visits already decided; rising, as they are served in turn. Kept only for a queue limit. */
  readonly #starts = new Fifo<number>();
  /** For the next batch. */
  readonly #waiting = new Fifo<Visit<T>>();
  #arrivalCount = 0;
  #originMs: number | undefined;

  constructor(behaviour: Behaviour, { draws, onDecided }: StationOptions<T>) {
    this.#behaviour = behaviour;
    this.#draws = draws;
    this.#onDecided = onDecided;
    const serverCount = behaviour.serverCount ?? (behaviour.batch === undefined ? undefined : 1);
    if (serverCount !== undefined) {
      const allFree = Array.from({ length: serverCount }, () => Number.NEGATIVE_INFINITY);
      this.#free = new MinHeap((left, right) => left < right, allFree);
    }
  }

  /** The number that the next arrival gets. */
  get arrivalCount(): number {
    return this.#arrivalCount;
  }

  /** When `advance` must be called next, if nobody arrives until then; Infinity when all is decided. */
  get nextDecisionMs(): number {
    return this.#waiting.size === 0 ? Number.POSITIVE_INFINITY : this.#free!.first!;
  }

  /** `atMs` never falls from call to call. `serviceMs` is instead of the behaviour's service law and its batches. */
  arrive(atMs: number, caller: T, serviceMs?: number): Visit<T> {
    this.#originMs ??= atMs;
    this.advance(atMs);
    const number = this.#arrivalCount++;
    const outcome = this.#draws.outcome(this.#behaviour.errors, number);
    const visit: Visit<T> = { number, atMs, caller, startMs: Number.NaN, endMs: Number.NaN, outcome };
    if (this.#isFull(atMs)) this.#turnAway(visit);
    else if (this.#behaviour.batch !== undefined && serviceMs === undefined) {
      this.#waiting.push(visit);
      this.advance(atMs);
    } else this.#serve(visit, serviceMs ?? this.#draws.serviceMs(this.#behaviour.service, number));
    return visit;
  }

  /** Starts every batch that is due by `nowMs`. */
  advance(nowMs: number): void {
    const { batch } = this.#behaviour;
    if (batch === undefined) return;
    for (;;) {
      const oldest = this.#waiting.first;
      if (oldest === undefined) return;
      const startMs = Math.max(this.#free!.first!, oldest.atMs);
      if (startMs > nowMs) return;
      const visits = this.#waiting.take(batch.maxCount);
      const factor = this.#draws.batchFactor(batch.cvRatio, oldest.number);
      const endMs = this.dueMs(startMs, (batch.baseMs + batch.perItemMs * visits.length) * factor);
      this.#free!.replaceFirst(endMs);
      for (const visit of visits) this.#decide(visit, startMs, endMs);
    }
  }

  /** When the answer of a service begun at `startMs` leaves: leaks lengthen it, and a stall it falls into holds it back. */
  dueMs(startMs: number, serviceMs: number): number {
    const { leakPerMinRatio, stall } = this.#behaviour;
    const originMs = this.#originMs ?? startMs;
    const leakRatio = leakPerMinRatio * ((startMs - originMs) / MS_PER_MIN);
    const endMs = startMs + serviceMs * (1 + leakRatio);
    return stall === undefined ? endMs : stallEndMs(stall, endMs - originMs, endMs);
  }

  #serve(visit: Visit<T>, serviceMs: number): void {
    const startMs = this.#free === undefined ? visit.atMs : Math.max(visit.atMs, this.#free.first!);
    const endMs = this.dueMs(startMs, serviceMs);
    this.#free?.replaceFirst(endMs);
    if (this.#behaviour.queueCount !== undefined && startMs > visit.atMs) this.#starts.push(startMs);
    this.#decide(visit, startMs, endMs);
  }

  #turnAway(visit: Visit<T>): void {
    visit.outcome = this.#behaviour.overflow === "drop" ? DROPPED : SHED;
    this.#decide(visit, visit.atMs, this.dueMs(visit.atMs, 0));
  }

  #decide(visit: Visit<T>, startMs: number, endMs: number): void {
    visit.startMs = startMs;
    visit.endMs = endMs;
    this.#onDecided(visit);
  }

  #isFull(atMs: number): boolean {
    const { queueCount } = this.#behaviour;
    if (queueCount === undefined || this.#free === undefined || this.#free.first! <= atMs) return false;
    while (this.#starts.size > 0 && this.#starts.first! <= atMs) this.#starts.take(1);
    return this.#waiting.size + this.#starts.size >= queueCount;
  }
}

/** The end of the stall that covers the instant `sinceMs` after the first request, or the instant itself. */
function stallEndMs({ forMs, everyMs }: StallLaw, sinceMs: number, atMs: number): number {
  const intoPeriodMs = sinceMs % everyMs;
  return intoPeriodMs >= everyMs - forMs ? atMs + (everyMs - intoPeriodMs) : atMs;
}
