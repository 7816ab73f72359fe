/** Two lanes: a short one in `npm test`, with few seeds and wide bands, and the whole one. */
import { expect } from "vitest";

const isLong = process.env["PLIMSOLL_STATISTICS"] === "long";

/** Bands of the short lane: 1.8 times as wide (statistics.md, section 16). */
const SHORT_WIDTH = 1.8;

/** 1 … n; the short lane has at most `short` of them. */
export function seedsOf(long: number, short = 25): readonly number[] {
  return Array.from({ length: isLong ? long : Math.min(long, short) }, (_, at) => at + 1);
}

export function widen(band: number): number {
  return isLong ? band : band * SHORT_WIDTH;
}

/** `hits` of `n` are at most `per100` in a hundred. */
export function expectAtMost(hits: number, n: number, per100: number): void {
  expect(hits / n).toBeLessThanOrEqual(widen(per100 / 100) + 1e-9);
}

/** `hits` of `n` are at least `per100` in a hundred. */
export function expectAtLeast(hits: number, n: number, per100: number): void {
  expectAtMost(n - hits, n, 100 - per100);
}

/** What was measured, for `docs/accuracy.md`. */
export function tell(what: string, figures: Readonly<Record<string, number | string>>): void {
  const told = Object.entries(figures).map(
    ([name, value]) => `${name} ${typeof value === "number" ? Number(value.toPrecision(4)) : value}`,
  );
  process.stdout.write(`measured | ${what} | ${told.join(", ")}\n`);
}
