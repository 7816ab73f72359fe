/** A slope that a few wild values cannot move (Theil 1950, Sen 1968). */

export interface TheilSenLine {
  /** Per step of the series. */
  readonly slope: number;
  readonly intercept: number;
}

/** Median of all pairwise slopes of an equally spaced series; the intercept is median(x) − slope · median(t). */
export function theilSen(values: readonly number[]): TheilSenLine {
  const slopes: number[] = [];
  for (let i = 0; i < values.length; i++) {
    for (let j = i + 1; j < values.length; j++) slopes.push((values[j]! - values[i]!) / (j - i));
  }
  const slope = medianOf(slopes);
  return { slope, intercept: medianOf(values) - (slope * (values.length - 1)) / 2 };
}

/** Mean of the two middle values for an even count; NaN for none. */
export function medianOf(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
