/** Two builds on M/M/8 held against each other: how often that cries wolf, and what it sees. Runs of 5 min, one pair. */
import { beforeAll, describe, expect, test } from "vitest";
import { compareQuantile } from "../../packages/plimsoll/src/analysis/comparison/compare-quantile.ts";
import { judgeRegression } from "../../packages/plimsoll/src/analysis/comparison/regression-rule.ts";
import { Random } from "../../packages/plimsoll/src/base/random.ts";
import { LatencyHistogram } from "../../packages/plimsoll/src/records/latency-histogram.ts";
import type { Buckets } from "../../packages/plimsoll/src/records/second.ts";
import { compareBuilds, measuredBuild } from "./kit/measured-build.ts";
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
    const change = compareQuantile([{ base: batchesOf(base), next: batchesOf(next), isSameSeed }], 0.95, sigma);
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
    "one pair": { nextSeed: 0, kinCount: 0 },
    "one pair, five baseline runs": { nextSeed: 0, kinCount: 4 },
    "other seeds": { nextSeed: 5000, kinCount: 0 },
  } as const;
  type Kind = keyof typeof kinds;

  function counted() {
    const counts = new Map<string, number>();
    const count = (key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
    for (const seed of seeds) {
      const kin = [1, 2, 3, 4].map((at) => measuredBuild({ seed, noiseSeed: seed + 20_000 * at }));
      const base = measuredBuild({ seed, noiseSeed: seed + 7000 });
      for (const nextSeed of [0, 5000]) {
        for (const stretch of [1, 1.1]) {
          const next = measuredBuild({ seed: seed + nextSeed, noiseSeed: seed + 9000, stretch });
          for (const [kind, row] of Object.entries(kinds)) {
            if (row.nextSeed !== nextSeed) continue;
            count(`${kind} ×${stretch} ${compareBuilds([base], [next], kin.slice(0, row.kinCount)).verdict}`);
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

  test.each(["one pair", "one pair, five baseline runs", "other seeds"] as const)(
    "%s: of two runs of one build at most 1 in 100 is called worse",
    (kind) => {
      const { fail, pass, inconclusive } = outcomes(kind, 1);
      expect(fail + pass + inconclusive).toBe(seeds.length);
      expectAtMost(fail, seeds.length, 1);
    },
  );

  // Without earlier runs 2 % are supposed to lie between two runs of one build; the reference reckons with .83 then.
  test.each([
    ["one pair", 70],
    ["one pair, five baseline runs", 90],
  ] as const)("%s: 10 % slower is found in at least %s of 100, and never passes", (kind, least) => {
    const { fail, pass } = outcomes(kind, 1.1);
    expectAtLeast(fail, seeds.length, least);
    expect(pass).toBe(0);
  });

  test("other seeds: 10 % slower passes in at most 5 of 100", () => {
    expectAtMost(outcomes("other seeds", 1.1).pass, seeds.length, 5);
  });
});
