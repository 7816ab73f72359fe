/** What the charts of a page have in common: bounds, and their picture in words. */
import type { ChartLine } from "./chart.ts";
import { clockText } from "./words.ts";

type Column = ChartLine["values"];

/** `from 12 ms at the start to 80 ms at the end, highest 412 ms at 1:12`. */
function courseText(values: Column, atMs: readonly number[], text: (value: number) => string): string {
  const known = values.slice(0, atMs.length).flatMap((value, index) => (value === null ? [] : [{ value, index }]));
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined) return "no values";
  const top = known.reduce((best, point) => (point.value > best.value ? point : best));
  return `from ${text(first.value)} at the start to ${text(last.value)} at the end, highest ${text(top.value)} at ${clockText(atMs[top.index] ?? 0)}`;
}

/** The courses of several lines up to the last of `atMs`, a sentence each. */
export function coursesText(
  lines: readonly ChartLine[],
  atMs: readonly number[],
  text: (value: number) => string,
): string {
  return lines.map((line) => `${line.label}: ${courseText(line.values, atMs, text)}.`).join(" ");
}

/** The greatest value of all lines, 0 without any. */
export function greatest(lines: readonly ChartLine[]): number {
  return lines.reduce((top, line) => line.values.reduce<number>((best, value) => Math.max(best, value ?? 0), top), 0);
}

/** Least and greatest of the positive values, for a log axis; `[1, 10]` without any. */
export function extentOf(values: Column): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, 0];
  for (const value of values) {
    if (value === null || value <= 0) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return high === 0 ? [1, 10] : [low, high];
}

export function hasAny(values: Column): boolean {
  return values.some((value) => (value ?? 0) > 0);
}
