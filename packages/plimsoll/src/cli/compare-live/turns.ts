/** Whose turn it is: A B, B A, A B … so that what changes with time touches both sides alike. */

export type Side = "base" | "next";

/** The side that runs first in each pair takes turns (ABBA). */
function orderOf(pair: number): readonly [Side, Side] {
  return pair % 2 === 0 ? ["base", "next"] : ["next", "base"];
}

/**
 * Lets two runs take turns, phase by phase, until enough pairs are measured or one side is gone. A side runs only while the
 * other waits: nothing begins before both are there.
 */
export class Turns {
  readonly #isEnough: (pairCount: number) => boolean;
  readonly #waiting = new Map<Side, (mayRun: boolean) => void>();
  #pair = 0;
  /** Phases of the pair that have ended. */
  #done = 0;
  #isOver = false;

  /** `isEnough` is asked after each whole pair. */
  constructor(isEnough: (pairCount: number) => boolean) {
    this.#isEnough = isEnough;
  }

  /** Resolves when this side may run its phase `index`, or false when no more are wanted; its phase before has ended. */
  await(side: Side, index: number): Promise<boolean> {
    if (index > 0) this.#ended();
    return new Promise((resolve) => {
      this.#waiting.set(side, resolve);
      this.#wake();
    });
  }

  /** Nobody runs any more: a side has failed or was stopped. */
  end(): void {
    this.#isOver = true;
    this.#wake();
  }

  #ended(): void {
    this.#done++;
    if (this.#done < 2) return;
    this.#done = 0;
    this.#pair++;
    if (this.#isEnough(this.#pair)) this.#isOver = true;
  }

  #wake(): void {
    if (this.#isOver) {
      for (const resolve of this.#waiting.values()) resolve(false);
      this.#waiting.clear();
      return;
    }
    if (this.#waiting.size < 2) return;
    const side = orderOf(this.#pair)[this.#done === 0 ? 0 : 1]!;
    const resolve = this.#waiting.get(side);
    this.#waiting.delete(side);
    resolve?.(true);
  }
}
