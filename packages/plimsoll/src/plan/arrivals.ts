import { Random, STREAM } from "../base/random.ts";
import type { OpenProfile, RateStage } from "../spec/spec.ts";
import type { Slice } from "./slice.ts";

/** Arrivals that a stage holds on average: the area under its straight line. */
export function areaOf(stage: RateStage): number {
  return ((stage.fromPerSec + stage.toPerSec) / 2) * (stage.durationMs / 1000);
}

/**
 * The instants at which an open-loop phase wants its arrivals sent, one after the other, ms on the phase clock.
 *
 * With L(t) the area under the rate curve, constant arrival k is due where L = k; Poisson arrivals are due where L
 * reaches the points of a unit-rate Poisson process (time change of an inhomogeneous process: Çinlar 1975). The unit
 * process is drawn from one seeded stream that every worker reads whole, taking the arrivals of its own slice, so
 * that N workers together send exactly what one would.
 *
 * A cursor, not a list: `advance()` moves to this slice's next arrival and returns false after the last.
 */
export class ArrivalCursor {
  /** Number of the current arrival among all workers', from 0. */
  sequence = -1;
  /** Due time of the current arrival, ms on the phase clock; never falls. */
  dueMs = 0;

  readonly #stages: readonly RateStage[];
  readonly #random: Random | undefined;
  readonly #slice: Slice;
  #stageIndex = 0;
  #stageStartMs = 0;
  #stageStartArea = 0;
  #area = 0;

  constructor(profile: OpenProfile, phase: { readonly seed: number; readonly index: number; readonly slice: Slice }) {
    this.#stages = profile.stages;
    this.#slice = phase.slice;
    this.#random = profile.arrivals === "poisson" ? new Random(phase.seed, STREAM.arrivals, phase.index, 0) : undefined;
  }

  advance(): boolean {
    do {
      this.sequence++;
      this.#area = this.#random === undefined ? this.sequence : this.#area + this.#random.nextExponential(1);
    } while (this.sequence % this.#slice.count !== this.#slice.index);
    return this.#moveToArea();
  }

  #moveToArea(): boolean {
    for (;;) {
      const stage = this.#stages[this.#stageIndex];
      if (stage === undefined) return false;
      const area = areaOf(stage);
      const within = this.#area - this.#stageStartArea;
      if (within < area) {
        this.dueMs = this.#stageStartMs + offsetMs(stage, within);
        return true;
      }
      this.#stageStartArea += area;
      this.#stageStartMs += stage.durationMs;
      this.#stageIndex++;
    }
  }
}

/** How many arrivals the phase plans in all; counted by walking them. */
export function countArrivals(profile: OpenProfile, seed: number, phaseIndex: number): number {
  const cursor = new ArrivalCursor(profile, { seed, index: phaseIndex, slice: { index: 0, count: 1 } });
  let count = 0;
  while (cursor.advance()) count++;
  return count;
}

/**
 * Solves n = a·t + (b − a)·t² / 2D for t, in ms, with rates a → b over D ms. Written as 2n / (a + √…) because the
 * textbook form divides by (b − a), which is 0 on a flat stage.
 */
function offsetMs(stage: RateStage, n: number): number {
  if (n <= 0) return 0;
  const a = stage.fromPerSec / 1000;
  const b = stage.toPerSec / 1000;
  const rate = Math.sqrt(Math.max(0, a * a + (2 * n * (b - a)) / stage.durationMs));
  return (2 * n) / (a + rate);
}
