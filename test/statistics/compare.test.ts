/** The comparison of two builds on M/M/8 at 70 %: how often it cries wolf, and what it sees. Runs of 5 min, one pair. */
import { describe, test } from "vitest";
import { compareQuantile } from "../../packages/plimsoll/src/analysis/comparison/compare-quantile.ts";
import { judgeRegression } from "../../packages/plimsoll/src/analysis/comparison/regression-rule.ts";
import { Random } from "../../packages/plimsoll/src/base/random.ts";
import { LatencyHistogram } from "../../packages/plimsoll/src/records/latency-histogram.ts";
import type { Buckets } from "../../packages/plimsoll/src/records/second.ts";
import { expectAtLeast, expectAtMost, seedsOf, tell } from "./lane.ts";
import { SERVICE_CAPACITY, steadyVisits } from "./queues.ts";

const SEEDS = seedsOf(100);
const DURATION_S = 300;
const BATCHES = 20;

interface Side {
  readonly seed: number;
  /** Service time against the baseline's. */
  readonly scale?: number;
  /** Every response time longer by this, as by a neighbour on the machine. */
  readonly stretch?: number;
  readonly load?: number;
  readonly noiseSeed?: number;
}

function batchesOf({ seed, scale = 1, stretch = 1, load = 0.7, noiseSeed }: Side): readonly Buckets[] {
  const visits = steadyVisits(load * SERVICE_CAPACITY, DURATION_S, {
    seed,
    warmS: 30,
    serviceMeanAt: () => 0.1 * scale,
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

const apart = (scale: number) => (seed: number) => [{ seed }, { seed: seed + 5000, scale }] as const;
const paired = (scale: number, load?: number) => (seed: number) =>
  [
    { seed, noiseSeed: seed + 7000, ...(load === undefined ? {} : { load }) },
    { seed, scale, noiseSeed: seed + 9000, ...(load === undefined ? {} : { load }) },
  ] as const;

describe("independent seeds", () => {
  const rule = { isSameSeed: false, sigma: 0 };

  test("the same build fails in at most 5 of 100", () => {
    expectAtMost(verdicts({ what: "A/A, jackknife", sidesOf: apart(1), ...rule }).fail, SEEDS.length, 5);
  });

  test("10 % more service time fails in at least 78 of 100", () => {
    expectAtLeast(verdicts({ what: "+10 %, jackknife", sidesOf: apart(1.1), ...rule }).fail, SEEDS.length, 78);
  });

  test("with the run term of 1 % the same build fails in at most 5 of 100", () => {
    const term = { isSameSeed: false, sigma: 0.01 };
    expectAtMost(verdicts({ what: "A/A, σ term 1 %", sidesOf: apart(1), ...term }).fail, SEEDS.length, 5);
    verdicts({ what: "+10 %, σ term 1 %", sidesOf: apart(1.1), ...term });
  });

  test("two runs of a build whose times differ by 2 % noise fail in at most 5 of 100", () => {
    const noisy = (scale: number) => (seed: number) => {
      const random = new Random(seed, 11);
      const of = (): number => Math.exp(0.02 * random.nextNormal());
      return [
        { seed, stretch: of() },
        { seed: seed + 5000, scale, stretch: of() },
      ] as const;
    };
    const term = { isSameSeed: false, sigma: 0.02 };
    expectAtMost(verdicts({ what: "A/A, σ 2 %", sidesOf: noisy(1), ...term }).fail, SEEDS.length, 5);
    verdicts({ what: "+10 %, σ 2 %", sidesOf: noisy(1.1), ...term });
  });
});

describe("the same seed on both sides, 10 % of the noise unshared", () => {
  const rule = { isSameSeed: true, sigma: 0 };

  test("the same build fails in at most 4 of 100", () => {
    expectAtMost(verdicts({ what: "paired A/A", sidesOf: paired(1), ...rule }).fail, SEEDS.length, 4);
  });

  test("10 % more service time fails in at least 95 of 100", () => {
    expectAtLeast(verdicts({ what: "paired +10 %", sidesOf: paired(1.1), ...rule }).fail, SEEDS.length, 95);
  });

  test("with the run term of 1 %, at 65 % of capacity", () => {
    const term = { isSameSeed: true, sigma: 0.01 };
    expectAtMost(
      verdicts({ what: "paired A/A at .65, σ term 1 %", sidesOf: paired(1, 0.65), ...term }).fail,
      SEEDS.length,
      4,
    );
    expectAtLeast(
      verdicts({ what: "paired +10 % at .65, σ term 1 %", sidesOf: paired(1.1, 0.65), ...term }).fail,
      SEEDS.length,
      90,
    );
  });
});
