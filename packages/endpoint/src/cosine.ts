/** Cosine of the angle between two vectors of one length, −1 to 1; NaN when either is all zeros. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let dot = 0;
  let aSquared = 0;
  let bSquared = 0;
  for (let i = 0; i < a.length; i++) {
    const x = a[i] ?? 0;
    const y = b[i] ?? 0;
    dot += x * y;
    aSquared += x * x;
    bSquared += y * y;
  }
  return dot / Math.sqrt(aSquared * bSquared);
}
