/** Where a series settles: the marginal standard error rule (White 1997; MSER-5: White, Cobb, Spratt 2000). */

export interface MserCut {
  readonly batches: number;
  /** Batches to leave out at the start. */
  readonly cutBatches: number;
  /** The same in values of the series. */
  readonly cutCount: number;
  /** SS(d) ÷ (n − d)² at the cut. */
  readonly objective: number;
  /** The cut lies at the end of what is searched: the series never settled. */
  readonly isAtCap: boolean;
}

/**
 * Means of `batchSize` consecutive values, an incomplete last batch dropped, n of them; the cut is the first minimum of
 * SS(d)/(n − d)² over 0 ≤ d < n/2, where SS(d) is the sum of squares about their mean of the batches from d on.
 */
export function mser(values: readonly number[], batchSize: number): MserCut {
  const means = batchMeans(values, batchSize);
  const n = means.length;
  const cutLimit = Math.floor(n / 2);
  const objectives = tailObjectives(means);
  let cutBatches = 0;
  for (let d = 1; d < cutLimit; d++) if (objectives[d]! < objectives[cutBatches]!) cutBatches = d;
  return {
    batches: n,
    cutBatches,
    cutCount: cutBatches * batchSize,
    objective: objectives[cutBatches] ?? 0,
    isAtCap: n > 1 && cutBatches >= 0.95 * cutLimit - 1,
  };
}

function batchMeans(values: readonly number[], batchSize: number): readonly number[] {
  return Array.from({ length: Math.floor(values.length / batchSize) }, (_, batch) => {
    let sum = 0;
    for (let i = batch * batchSize; i < (batch + 1) * batchSize; i++) sum += values[i]!;
    return sum / batchSize;
  });
}

/** For every d; from the end backwards with Welford's update, which loses no digits on a flat series. */
function tailObjectives(means: readonly number[]): readonly number[] {
  const objectives = new Array<number>(means.length).fill(0);
  let mean = 0;
  let squares = 0;
  for (let d = means.length - 1; d >= 0; d--) {
    const count = means.length - d;
    const delta = means[d]! - mean;
    mean += delta / count;
    squares += delta * (means[d]! - mean);
    objectives[d] = squares / count ** 2;
  }
  return objectives;
}
