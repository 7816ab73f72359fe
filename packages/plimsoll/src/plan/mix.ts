import type { Random } from "../base/random.ts";

/** Draws tasks by weight. */
export interface Mix {
  /** Index of a task, drawn with the ratio weight ÷ sum of weights; one of weight 0 is never drawn. */
  pick(random: Random): number;
  /** Ratio of each task (0–1), in order; all 0 when every weight is. */
  readonly shares: readonly number[];
}

/** Takes weights of 0 or more. `pick` draws exactly one number, so that streams stay aligned whatever the weights. */
export function compileMix(weights: readonly number[]): Mix {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const cumulative = new Float64Array(weights.length);
  let reached = 0;
  let lastIndex = 0;
  for (const [index, weight] of weights.entries()) {
    reached += weight;
    cumulative[index] = reached;
    if (weight > 0) lastIndex = index;
  }
  return {
    shares: weights.map((weight) => (sum === 0 ? 0 : weight / sum)),
    pick(random) {
      const point = random.nextRatio() * sum;
      for (let index = 0; index < lastIndex; index++) if (point < cumulative[index]!) return index;
      return lastIndex;
    },
  };
}
