/** Where the warm-up is cut, and what that leaves of p95, on M/M/8 at 70 % started five ways (statistics.md, section 3). */
import { expect, test } from "vitest";
import { mser } from "../../packages/plimsoll/src/analysis/mser.ts";
import { findWarmup } from "../../packages/plimsoll/src/analysis/warm-up.ts";
import { levelPhase, secondsOf, slotsOf } from "./kit/phase-evidence.ts";
import { expectAtLeast, expectAtMost, seedsOf, tell, widen } from "./lane.ts";
import { quantile, SERVICE_CAPACITY, steadyVisits, trueQuantileS, type Visit } from "./queues.ts";

const SEEDS = seedsOf(100);
const RATE = 0.7 * SERVICE_CAPACITY;
const TRUE_P95_S = trueQuantileS({ rate: RATE, servers: 8, serviceS: 0.1 }, 0.95);

interface Start {
  readonly what: string;
  readonly seconds: number;
  /** Stands in the queue's stationary state from the first second, or begins empty. */
  readonly warmS: number;
  /** Service time against its final one. */
  readonly factorAt: (t: number) => number;
}

const decaying = (height: number) => (t: number) => 1 + (height - 1) * Math.exp(-t / 5);

const WARM: Start = { what: "warm", seconds: 120, warmS: 60, factorAt: () => 1 };
const DECAYING: Start = { what: "×1.5, τ 5 s", seconds: 120, warmS: 0, factorAt: decaying(1.5) };
const STEPPED: Start = { what: "×1.3 until 20 s", seconds: 120, warmS: 0, factorAt: (t) => (t < 20 ? 1.3 : 1) };
const COLD: Start = { what: "×4, τ 5 s", seconds: 120, warmS: 0, factorAt: decaying(4) };
const TOO_COLD: Start = { ...COLD, what: "×4, τ 5 s, half as long", seconds: 60 };

function visitsOf({ seconds, warmS, factorAt }: Start, seed: number): readonly Visit[] {
  return steadyVisits(RATE, seconds, { seed, warmS, serviceMeanAt: (t) => 0.1 * factorAt(t) });
}

/** What the product finds, by the seconds and slots of a run. */
function foundIn({ seconds }: Start, visits: readonly Visit[]) {
  const times = visits.map(({ dueAt, endAt }) => endAt - dueAt);
  const { cutMs, isNeverWarm } = findWarmup({
    planned: levelPhase(RATE, seconds),
    durationMs: 1000 * seconds,
    medianMs: 1000 * quantile(times, 0.5),
    slots: slotsOf(visits, seconds),
    series: secondsOf(visits, seconds),
  });
  const judged = times.filter((_, at) => 1000 * visits[at]!.dueAt >= cutMs);
  return { cutS: cutMs / 1000, isNeverWarm, error: quantile(judged, 0.95) / TRUE_P95_S - 1 };
}

function measured(start: Start) {
  const found = SEEDS.map((seed) => foundIn(start, visitsOf(start, seed)));
  const errors = found.map(({ error }) => error);
  const cuts = found.map(({ cutS }) => cutS);
  const figures = {
    bias: errors.reduce((sum, error) => sum + error, 0) / errors.length,
    rms: Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length),
    cutMedian: quantile(cuts, 0.5),
    cutP90: quantile(cuts, 0.9),
    never: found.filter(({ isNeverWarm }) => isNeverWarm).length,
  };
  tell(`warm-up, ${start.what}, ${SEEDS.length} seeds`, figures);
  return figures;
}

test.each([WARM, DECAYING, STEPPED])(
  "$what: p95 after the cut has an rms error of at most 4 %, rarely never warm",
  (start) => {
    const { rms, never } = measured(start);
    expect(rms).toBeLessThanOrEqual(widen(0.04));
    expectAtMost(never, SEEDS.length, 8);
  },
);

test("cold enough to queue for half a minute, it is cut where the queue has gone", () => {
  const { rms, cutMedian } = measured(COLD);
  expect(rms).toBeLessThanOrEqual(widen(0.04));
  expect(cutMedian).toBeGreaterThan(30);
});

test("a phase that is half warm-up is said never to have warmed up", () => {
  expectAtLeast(measured(TOO_COLD).never, SEEDS.length, 88);
});

test("of a warm start MSER-5 alone cuts at most 4 s, nine times in ten", () => {
  const cuts = SEEDS.map((seed) => {
    const visits = visitsOf(WARM, seed);
    const { cutCount } = mser(
      visits.map(({ dueAt, endAt }) => endAt - dueAt),
      5,
    );
    return visits[cutCount]!.dueAt;
  });
  const within = cuts.filter((cut) => cut <= 4).length;
  tell(`warm-up, warm, MSER-5 alone, ${SEEDS.length} seeds`, { within4s: within, cutP90: quantile(cuts, 0.9) });
  expectAtLeast(within, SEEDS.length, 90);
});
