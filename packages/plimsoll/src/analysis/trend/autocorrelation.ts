/**
 * r_k = Σ (x_i − m)(x_{i+k} − m) ÷ Σ (x_i − m)².
 * @returns undefined for a constant series
 */
export function autocorrelation(values: readonly number[], lag: number): number | undefined {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  let squares = 0;
  let products = 0;
  for (let i = 0; i < n; i++) {
    squares += (values[i]! - mean) ** 2;
    if (i + lag < n) products += (values[i]! - mean) * (values[i + lag]! - mean);
  }
  return squares > 0 ? products / squares : undefined;
}
