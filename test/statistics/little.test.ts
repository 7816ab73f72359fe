/** The conservation law: exact as an integral over single requests, within some per cent by the seconds of a run. */
import { expect, test } from "vitest";
import type { BookBalance } from "../../packages/plimsoll/src/analysis/littles-law.ts";
import { profileBooks } from "../../packages/plimsoll/src/analysis/profile-books.ts";
import checks from "../fixtures/statistics/checks.json" with { type: "json" };
import { bucketsOf, levelPhase, secondsOf } from "./kit/phase-evidence.ts";
import { littlesLaw, type Stay } from "./kit/stays.ts";
import { expectAtLeast, seedsOf, tell, widen } from "./lane.ts";
import { SERVICE_CAPACITY, steadyVisits, type Visit } from "./queues.ts";

const SEEDS = seedsOf(100);
const DURATION_S = 30;

function stays(seed: number): readonly Stay[] {
  return steadyVisits(0.9 * SERVICE_CAPACITY, DURATION_S + 60, { seed, warmS: 60 }).map(
    ({ dueAt, endAt }): Stay => [dueAt, endAt],
  );
}

/** ∫ in flight dt by walking along every start and end: another way to the same number. */
function walkedIntegral(all: readonly Stay[], fromAt: number, toAt: number): number {
  const steps = all.flatMap(([start, end]) => [[start, 1] as const, [end, -1] as const]).sort((a, b) => a[0] - b[0]);
  let level = 0;
  let lastAt = fromAt;
  let integral = 0;
  for (const [at, change] of steps) {
    const until = Math.min(Math.max(at, fromAt), toAt);
    integral += level * (until - lastAt);
    lastAt = until;
    level += change;
  }
  return integral;
}

// No code that we ship integrates over single requests: this says that the yardstick of the next test measures right.
test.each(checks.little)(
  "$id: the yardstick's integral and ratio are the oracle's",
  ({ intervals, window, expect: wanted }) => {
    const stay = ([from = 0, to = 0]: readonly number[]): Stay => [from, to];
    const found = littlesLaw(intervals.map(stay), stay(window));
    const pairs = [
      [found.integral, wanted.integral],
      [found.meanInFlight, wanted.L],
      [found.throughput, wanted.X],
      [found.meanStay, wanted.W],
      [found.ratio, wanted.ratio],
    ] as const;
    for (const [actual, expected] of pairs) {
      expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-8 * Math.abs(expected) + 1e-10);
    }
  },
);

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

test("the integral of requests in flight is the sum of their stays; X·W/L − 1 has a sd of at most 1.5 %", () => {
  const ratios = SEEDS.map((seed) => {
    const all = stays(seed);
    const { integral, ratio } = littlesLaw(all, [30, 30 + DURATION_S]);
    expect(Math.abs(walkedIntegral(all, 30, 30 + DURATION_S) / integral - 1)).toBeLessThan(1e-9);
    return ratio;
  });
  const sd = deviation(ratios);
  tell(`Little, load .9, 30 s, ${SEEDS.length} seeds`, { sd });
  expect(sd).toBeLessThanOrEqual(widen(0.015));
});

/** A queue at a level load, and for how long it is watched. */
interface Watched {
  readonly what: string;
  readonly rate: number;
  readonly seconds: number;
  readonly servers?: number;
  readonly serviceS?: number;
  readonly arrivals?: "poisson" | "constant";
}

function visitsOf({ rate, seconds, servers = 8, serviceS = 0.1, arrivals }: Watched, seed: number): readonly Visit[] {
  if (arrivals !== "constant") {
    return steadyVisits(rate, seconds + 10, { seed, warmS: 30, servers, serviceMeanAt: () => serviceS });
  }
  return Array.from({ length: rate * seconds }, (_, at): Visit => {
    const dueAt = at / rate;
    return { dueAt, startAt: dueAt, endAt: dueAt + serviceS, kind: "good" };
  });
}

/** What a run's seconds make of it when our times are off by so much. */
function booksOf(watched: Watched, visits: readonly Visit[], error: number): BookBalance {
  const { rate, seconds, arrivals = "poisson" } = watched;
  const series = secondsOf(visits, seconds).map((second) => ({
    ...second,
    serviceSumMs: second.serviceSumMs * (1 + error),
    responseSumMs: second.responseSumMs * (1 + error),
  }));
  const times = bucketsOf(visits);
  return profileBooks({
    planned: { ...levelPhase(rate, seconds), arrivals },
    durationMs: 1000 * seconds,
    cutMs: 0,
    isFinished: true,
    series,
    all: {
      arrivals: { inFlightAtEnd: 0 },
      serviceMs: { max: 1000 * Math.max(...visits.map(({ dueAt, endAt }) => endAt - dueAt)) },
      serviceBuckets: times,
      responseBuckets: times,
    },
  });
}

function verdicts(watched: Watched, error: number) {
  const found = SEEDS.map((seed) => booksOf(watched, visitsOf(watched, seed), error));
  const count = (verdict: string): number => found.filter((books) => books.verdict === verdict).length;
  const ratios = found.flatMap(({ ratio }) => ratio ?? []);
  return { unbalanced: count("unbalanced"), balanced: count("balanced"), sd: deviation(ratios) };
}

const WATCHED: readonly Watched[] = [
  { what: "M/M/8 of 100 ms at .7, 2 min", rate: 56, seconds: 120 },
  { what: "M/M/8 of 100 ms at .7, 5 min", rate: 56, seconds: 300 },
  { what: "M/M/8 of 100 ms at .9, 2 min", rate: 72, seconds: 120 },
  { what: "M/M/1 of 10 ms at .7, 5 min", rate: 70, seconds: 300, servers: 1, serviceS: 0.01 },
  { what: "64 × 1 s at .6, 2 min", rate: 40, seconds: 120, servers: 64, serviceS: 1 },
  { what: "M/M/16 of 4 s at .7, 10 min", rate: 2.8, seconds: 600, servers: 16, serviceS: 4 },
];

test.each(WATCHED)("$what: true books are never called unbalanced", (watched) => {
  const { unbalanced, balanced, sd } = verdicts(watched, 0);
  tell(`books, ${watched.what}, ${SEEDS.length} seeds`, { unbalanced, balanced, sd });
  expect(unbalanced).toBe(0);
});

test.each([
  { watched: WATCHED[0]!, error: 1 / 3, least: 95 },
  { watched: WATCHED[1]!, error: 0.2, least: 95 },
  { watched: WATCHED[1]!, error: -0.2, least: 95 },
  { watched: WATCHED[2]!, error: 0.2, least: 90 },
  { watched: WATCHED[4]!, error: 0.1, least: 57 },
  { watched: WATCHED[4]!, error: -0.1, least: 90 },
])("$watched.what: times off by $error are caught in at least $least of 100", ({ watched, error, least }) => {
  const { unbalanced } = verdicts(watched, error);
  tell(`books, ${watched.what}, times off by ${error.toFixed(2)}, ${SEEDS.length} seeds`, { unbalanced });
  expectAtLeast(unbalanced, SEEDS.length, least);
});

test.each([
  { what: "20/s of 100 ms for 1 min", rate: 20, seconds: 60 },
  { what: "5/s of 100 ms for 2 min", rate: 5, seconds: 120 },
  { what: "100/s evenly spaced, 100 ms each", rate: 100, seconds: 120, arrivals: "constant" as const },
])("$what: a gauge that sees too few, or always the same instant, tells neither", (watched) => {
  expect(verdicts(watched, 0)).toMatchObject({ unbalanced: 0, balanced: 0 });
  expect(verdicts(watched, 1 / 3)).toMatchObject({ unbalanced: 0, balanced: 0 });
});
