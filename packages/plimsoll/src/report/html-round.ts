/** `value` to four significant digits, for charts only: what no eye sees on a screen need not fill the file. */
export function roundForChart(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(4)) : 0;
}
