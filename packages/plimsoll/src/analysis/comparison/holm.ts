/**
 * P-values of several questions asked at once, each raised so that comparing it with α keeps the chance of any false
 * alarm within α (Holm 1979). In the order given.
 */
export function holmAdjust(pValues: readonly number[]): readonly number[] {
  const order = pValues.map((_, at) => at).sort((a, b) => pValues[a]! - pValues[b]!);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let greatest = 0;
  for (const [rank, at] of order.entries()) {
    greatest = Math.max(greatest, Math.min(1, (pValues.length - rank) * pValues[at]!));
    adjusted[at] = greatest;
  }
  return adjusted;
}
