const EVERY_MS = 1_000;
/** Seconds of the journal come a second apart; a little less keeps in step with them. */
const LEAST_GAP_MS = 0.8 * EVERY_MS;
/** Folding may take this share of a core: where a fold costs more, events come more rarely. */
const MAX_CPU_RATIO = 0.25;
/** Of so many folds the cheapest is what one costs: the first ones are a compiler's too. */
const LOOK_BACK = 3;

/** When a run that goes on may be folded again. Instants are on one clock, whichever. */
export class FoldPace {
  /** CPU of the last folds, the newest first. */
  #cpuMs: readonly number[] = [];
  #nextAtMs = Number.NEGATIVE_INFINITY;

  get nextAtMs(): number {
    return this.#nextAtMs;
  }

  /** Takes a fold that began at `atMs`, and the CPU that it took. */
  note(atMs: number, cpuMs: number): void {
    this.#cpuMs = [cpuMs, ...this.#cpuMs].slice(0, LOOK_BACK);
    const costMs = this.#cpuMs.length < LOOK_BACK ? 0 : Math.min(...this.#cpuMs);
    this.#nextAtMs = atMs + Math.max(LEAST_GAP_MS, costMs / MAX_CPU_RATIO);
  }
}
