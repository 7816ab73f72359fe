/** Two builds on M/M/8 held against each other: how often that cries wolf, and what it sees. Runs of 5 min unless said. */
import { beforeAll, describe, expect, test } from "vitest";
import { compareQuantile } from "../../packages/plimsoll/src/analysis/comparison/compare-quantile.ts";
import { judgeRegression } from "../../packages/plimsoll/src/analysis/comparison/regression-rule.ts";
import type { RunStats } from "../../packages/plimsoll/src/analysis/run-stats.ts";
import { Random } from "../../packages/plimsoll/src/base/random.ts";
import {
  comparePairs,
  isEnough,
  type PairsSoFar,
} from "../../packages/plimsoll/src/cli/compare-live/live-comparison.ts";
import { LatencyHistogram } from "../../packages/plimsoll/src/records/latency-histogram.ts";
import type { Buckets } from "../../packages/plimsoll/src/records/second.ts";
import { compareBuilds, measuredBuild, measuredTurns } from "./kit/measured-build.ts";
import { expectAtLeast, expectAtMost, seedsOf, tell } from "./lane.ts";
import { SERVICE_CAPACITY, steadyVisits } from "./queues.ts";

const SEEDS = seedsOf(100, 25, 500);
const DURATION_S = 300;
const BATCHES = 20;

interface Side {
  readonly seed: number;
  /** Every response time against the baseline's, and so p95: a slower build, or a neighbour on the machine. */
  readonly stretch?: number;
  readonly noiseSeed?: number;
}

function batchesOf({ seed, stretch = 1, noiseSeed }: Side): readonly Buckets[] {
  const visits = steadyVisits(0.7 * SERVICE_CAPACITY, DURATION_S, {
    seed,
    warmS: 30,
    ...(noiseSeed === undefined ? {} : { noise: { sd: 0.1, seed: noiseSeed } }),
  });
  const histograms = Array.from({ length: BATCHES }, () => new LatencyHistogram());
  for (const { dueAt, endAt } of visits) {
    histograms[Math.floor((dueAt * BATCHES) / DURATION_S)]?.recordUs((endAt - dueAt) * stretch * 1e6);
  }
  return histograms.map((histogram) => histogram.drain());
}

interface Comparison {
  readonly what: string;
  readonly sidesOf: (seed: number) => readonly [Side, Side];
  readonly isSameSeed: boolean;
  /** Run-to-run deviation that the rule allows for. */
  readonly sigma: number;
}

function verdicts({ what, sidesOf, isSameSeed, sigma }: Comparison) {
  const counts = { fail: 0, pass: 0, inconclusive: 0 };
  for (const seed of SEEDS) {
    const [base, next] = sidesOf(seed);
    const run = (side: Side, schedule: string) => ({ latency: batchesOf(side), schedule });
    const change = compareQuantile([run(base, "base")], [run(next, isSameSeed ? "base" : "next")], 0.95, sigma);
    if (change !== undefined) counts[judgeRegression(change, 0.1).verdict]++;
  }
  tell(`compare, ${what}, ${SEEDS.length} seeds`, counts);
  return counts;
}

const apart = (stretch: number) => (seed: number) => [{ seed }, { seed: seed + 5000, stretch }] as const;
const paired = (stretch: number) => (seed: number) =>
  [
    { seed, noiseSeed: seed + 7000 },
    { seed, stretch, noiseSeed: seed + 9000 },
  ] as const;

describe("the rule for p95 alone, at 70 % of capacity, independent seeds", () => {
  const rule = { isSameSeed: false, sigma: 0 };

  test("the same build fails in at most 5 of 100", () => {
    expectAtMost(verdicts({ what: "A/A, jackknife", sidesOf: apart(1), ...rule }).fail, SEEDS.length, 5);
  });

  test("10 % slower fails in at least 78 of 100", () => {
    expectAtLeast(verdicts({ what: "+10 %, jackknife", sidesOf: apart(1.1), ...rule }).fail, SEEDS.length, 78);
  });

  // The reference has .85 and, with noise, .54 of 200 runs: bands of 3.3 standard errors below that.
  test("with the run term of 1 % the same build fails in at most 5 of 100, 10 % slower in at least 70", () => {
    const term = { isSameSeed: false, sigma: 0.01 };
    expectAtMost(verdicts({ what: "A/A, σ term 1 %", sidesOf: apart(1), ...term }).fail, SEEDS.length, 5);
    expectAtLeast(verdicts({ what: "+10 %, σ term 1 %", sidesOf: apart(1.1), ...term }).fail, SEEDS.length, 70);
  });

  test("of runs whose times differ by 2 % noise the same fails in at most 5 of 100, 10 % slower in at least 34", () => {
    const noisy = (stretch: number) => (seed: number) => {
      const random = new Random(seed, 11);
      const of = (): number => Math.exp(0.02 * random.nextNormal());
      return [
        { seed, stretch: of() },
        { seed: seed + 5000, stretch: stretch * of() },
      ] as const;
    };
    const term = { isSameSeed: false, sigma: 0.02 };
    expectAtMost(verdicts({ what: "A/A, σ 2 %", sidesOf: noisy(1), ...term }).fail, SEEDS.length, 5);
    expectAtLeast(verdicts({ what: "+10 %, σ 2 %", sidesOf: noisy(1.1), ...term }).fail, SEEDS.length, 34);
  });
});

describe("the rule for p95 alone, the same seed on both sides, 10 % of the noise unshared", () => {
  const rule = { isSameSeed: true, sigma: 0 };

  test("the same build fails in at most 4 of 100", () => {
    expectAtMost(verdicts({ what: "paired A/A", sidesOf: paired(1), ...rule }).fail, SEEDS.length, 4);
  });

  test("10 % slower fails in at least 95 of 100", () => {
    expectAtLeast(verdicts({ what: "paired +10 %", sidesOf: paired(1.1), ...rule }).fail, SEEDS.length, 95);
  });
});

/** What the product says: four figures of each of three tasks and of all requests, adjusted for how many they are. */
describe("plimsoll compare, at 65 % of capacity", () => {
  const seeds = seedsOf(100, 6, 500);

  /** Of both sides: which runs, and what the baseline's earlier ones teach. */
  const kinds = {
    "one pair": { nextSeed: 0, storedCount: 1, kinCount: 0 },
    "one pair, five baseline runs": { nextSeed: 0, storedCount: 1, kinCount: 4 },
    "two stored runs of the seed": { nextSeed: 0, storedCount: 2, kinCount: 0 },
    "five stored runs of the seed": { nextSeed: 0, storedCount: 5, kinCount: 0 },
    "other seeds": { nextSeed: 5000, storedCount: 1, kinCount: 0 },
    "five stored runs of another seed": { nextSeed: 5000, storedCount: 5, kinCount: 0 },
  } as const;
  type Kind = keyof typeof kinds;

  function counted() {
    const counts = new Map<string, number>();
    const count = (key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
    for (const seed of seeds) {
      const noiseSeeds = [7000, 20_000, 40_000, 60_000, 80_000];
      const kept = noiseSeeds.map((noiseSeed) => measuredBuild({ seed, noiseSeed: seed + noiseSeed }));
      for (const nextSeed of [0, 5000]) {
        for (const stretch of [1, 1.1]) {
          const next = measuredBuild({ seed: seed + nextSeed, noiseSeed: seed + 9000, stretch });
          for (const [kind, row] of Object.entries(kinds)) {
            if (row.nextSeed !== nextSeed) continue;
            const [stored, kin] = [kept.slice(0, row.storedCount), kept.slice(row.storedCount)];
            count(`${kind} ×${stretch} ${compareBuilds(stored, [next], kin.slice(0, row.kinCount)).verdict}`);
          }
        }
      }
    }
    return counts;
  }
  let counts = new Map<string, number>();
  beforeAll(() => {
    counts = counted();
  }, 3_600_000);

  function outcomes(kind: Kind, stretch: number) {
    const of = (verdict: string) => counts.get(`${kind} ×${stretch} ${verdict}`) ?? 0;
    const found = { fail: of("fail"), pass: of("pass"), inconclusive: of("inconclusive") };
    tell(`plimsoll compare, ${kind}, ×${stretch}, ${seeds.length} seeds`, found);
    return found;
  }

  test.each([
    "one pair",
    "one pair, five baseline runs",
    "two stored runs of the seed",
    "five stored runs of the seed",
    "other seeds",
    "five stored runs of another seed",
  ] as const)("%s: of two runs of one build at most 1 in 100 is called worse", (kind) => {
    const { fail, pass, inconclusive } = outcomes(kind, 1);
    expect(fail + pass + inconclusive).toBe(seeds.length);
    expectAtMost(fail, seeds.length, 1);
  });

  // Without earlier runs 2 % are supposed to lie between two runs of one build; the reference reckons with .83 then.
  test.each([
    ["one pair", 70],
    ["one pair, five baseline runs", 90],
    ["two stored runs of the seed", 90],
    ["five stored runs of the seed", 90],
  ] as const)("%s: 10 % slower is found in at least %s of 100, and never passes", (kind, least) => {
    const { fail, pass } = outcomes(kind, 1.1);
    expectAtLeast(fail, seeds.length, least);
    expect(pass).toBe(0);
  });

  test("other seeds: 10 % slower passes in at most 5 of 100", () => {
    expectAtMost(outcomes("other seeds", 1.1).pass, seeds.length, 5);
  });
});

/** As from the command line: runs of a minute, a look after each pair, at most six. What runs differ by may be more than a tenth of each service. */
describe("plimsoll compare URL URL, at 65 % of capacity, until it is settled", () => {
  const seeds = seedsOf(100, 12, 500);
  const limits = { maxPairs: 6, budgetMs: 20 * 60_000 };
  const durationMs = 60_000;
  const NAMES = { base: "http://old", next: "http://new" };

  function measured(sigma: number, stretch: number) {
    const counts = { fail: 0, pass: 0, inconclusive: 0, pairs: 0 };
    for (const seed of seeds) {
      const random = new Random(seed, 12);
      const side = (scale: number, noiseSeed: number) => {
        const draws = Array.from({ length: limits.maxPairs }, () => scale * Math.exp(sigma * random.nextNormal()));
        const build = { seed: seed * 10_007, noiseSeed: seed + noiseSeed, durationMs };
        return (count: number) => measuredTurns({ ...build, stretches: draws.slice(0, count) });
      };
      const { comparison, fitCount } = settled(side(1, 7000), side(stretch, 9000));
      counts[comparison.verdict]++;
      counts.pairs += fitCount;
    }
    const { pairs, ...verdicts } = counts;
    const row = { ...verdicts, "pairs on average": pairs / seeds.length };
    tell(`plimsoll compare URL URL, σ ${100 * sigma} %, ×${stretch}, ${seeds.length} seeds`, row);
    return counts;
  }

  /** What it comes to, pair after pair; the first runs of a side are the same however many it makes. */
  function settled(base: (count: number) => RunStats, next: (count: number) => RunStats): PairsSoFar {
    for (let count = 1; ; count++) {
      const sofar = comparePairs({ base: base(count), next: next(count) }, NAMES, { maxRegressionRatio: 0.1 });
      expect(sofar.fitCount).toBe(count);
      if (isEnough(sofar, count * 2 * durationMs, limits)) return sofar;
    }
  }

  test.each([0, 0.02])(
    "runs that differ by %d: the same build fails in at most 1 of 100",
    (sigma) => {
      expectAtMost(measured(sigma, 1).fail, seeds.length, 1);
    },
    3_600_000,
  );

  test.each([
    [0, 95],
    [0.02, 80],
  ])(
    "runs that differ by %d: 10 % slower is found in at least %i of 100",
    (sigma, least) => {
      expectAtLeast(measured(sigma, 1.1).fail, seeds.length, least);
    },
    3_600_000,
  );
});
