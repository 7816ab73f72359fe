/**
 * Three lanes: a short one in `npm test`, with few seeds and wide bands; the reference's seeds and bands
 * (`npm run test:statistics`); and a nightly one with the seeds that `docs/accuracy.md` has.
 */
import { expect } from "vitest";

const LANES = ["short", "long", "nightly"] as const;
export type Lane = (typeof LANES)[number];

/** The lane of `PLIMSOLL_STATISTICS`; a name misspelt must not pass for the short lane. */
export function laneOf(asked = "short"): Lane {
  const lane = LANES.find((name) => name === asked);
  if (lane === undefined) throw new Error(`PLIMSOLL_STATISTICS is "${asked}", not one of ${LANES.join(", ")}`);
  return lane;
}

const lane = laneOf(process.env["PLIMSOLL_STATISTICS"]);

/** Bands of the short lane: 1.8 times as wide (statistics.md, section 16). */
const SHORT_WIDTH = 1.8;

/** 1 … n; the short lane has at most `short` of them, the nightly one `nightly`. */
export function seedsOf(long: number, short = 25, nightly = long): readonly number[] {
  return Array.from({ length: countOf(long, short, nightly) }, (_, at) => at + 1);
}

/** As many consecutive seeds; the nightly lane has others than the rest, from 1000 on. */
export function seedRange(
  long: number,
  short = 25,
  nightly = long,
): { readonly first: number; readonly count: number } {
  return { first: lane === "nightly" ? 1000 : 1, count: countOf(long, short, nightly) };
}

function countOf(long: number, short: number, nightly: number): number {
  return { short: Math.min(long, short), long, nightly }[lane];
}

export function widen(band: number): number {
  return lane === "short" ? band * SHORT_WIDTH : band;
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
