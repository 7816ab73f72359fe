/** Little's law over single requests: a yardstick of the tests, what the books of a run are held against. */

/** One request from its send to its end, in any unit of time. */
export type Stay = readonly [startAt: number, endAt: number];

export interface LittleFigures {
  /** ∫ in flight dt over the window, from the stays. */
  readonly integral: number;
  /** Mean in flight. */
  readonly meanInFlight: number;
  /** Ends within the window per unit of time. */
  readonly throughput: number;
  /** Mean whole length of those stays. */
  readonly meanStay: number;
  /** X·W/L − 1: 0 but for what overlaps the window's ends. */
  readonly ratio: number;
}

/** The law over [fromAt, toAt). */
export function littlesLaw(stays: readonly Stay[], [fromAt, toAt]: readonly [number, number]): LittleFigures {
  let integral = 0;
  let ended = 0;
  let length = 0;
  for (const [startAt, endAt] of stays) {
    integral += Math.max(0, Math.min(endAt, toAt) - Math.max(startAt, fromAt));
    if (endAt < fromAt || endAt >= toAt) continue;
    ended++;
    length += endAt - startAt;
  }
  const span = toAt - fromAt;
  const meanInFlight = integral / span;
  const throughput = ended / span;
  const meanStay = ended === 0 ? 0 : length / ended;
  return { integral, meanInFlight, throughput, meanStay, ratio: (throughput * meanStay) / meanInFlight - 1 };
}
