import type { Behaviour } from "./behaviour.ts";
import type { Draws } from "./draws.ts";
import type { Exchange } from "./exchange.ts";
import { Station, type Visit } from "./station.ts";
import type { TimerQueue } from "./timer-queue.ts";

/** What to do with a visit once its start and end are known. */
export type OnDecided = (visit: Visit<LiveCaller>) => void;

interface LiveCaller {
  readonly exchange: Exchange;
  readonly onDecided: OnDecided;
}

/** A station in real time: its decisions are made when their time has come. */
export class LiveStation {
  readonly #station: Station<LiveCaller>;
  readonly #timers: TimerQueue;
  readonly #nowMs: () => number;
  #isWatching = false;

  constructor(
    behaviour: Behaviour,
    options: { readonly draws: Draws; readonly timers: TimerQueue; readonly nowMs: () => number },
  ) {
    this.#timers = options.timers;
    this.#nowMs = options.nowMs;
    this.#station = new Station(behaviour, {
      draws: options.draws,
      onDecided: (visit) => visit.caller.onDecided(visit),
    });
  }

  get arrivalCount(): number {
    return this.#station.arrivalCount;
  }

  enter(exchange: Exchange, onDecided: OnDecided, serviceMs?: number): void {
    this.#station.arrive(exchange.readAtMs, { exchange, onDecided }, serviceMs);
    this.#watch();
  }

  dueMs(startMs: number, serviceMs: number): number {
    return this.#station.dueMs(startMs, serviceMs);
  }

  #watch(): void {
    const atMs = this.#station.nextDecisionMs;
    if (this.#isWatching || atMs === Number.POSITIVE_INFINITY) return;
    this.#isWatching = true;
    this.#timers.at(atMs, () => {
      this.#isWatching = false;
      this.#station.advance(this.#nowMs());
      this.#watch();
    });
  }
}
