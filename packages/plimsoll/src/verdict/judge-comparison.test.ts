import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matchProfiles } from "../analysis/comparison/match-profiles.ts";
import { profileChanges } from "../analysis/comparison/profile-changes.ts";
import type { RunStats } from "../analysis/run-stats.ts";
import { type SampleRequest, sampleLatencyMs } from "../analysis/sample-load.ts";
import type { Comparison, MetricChange } from "./comparison-answer.ts";
import { compareSamples, type SampleBuild, sampleBuild, samplePair } from "./comparison-sample.ts";

const BASE = sampleBuild();

function metricOf({ profiles }: Comparison, metric: string, task = "Aggregated"): MetricChange {
  const found = profiles[0]?.metrics.find((one) => one.metric === metric && one.task === task);
  if (found === undefined) throw new Error(`no ${metric} of ${task}`);
  return found;
}

function named(id: string, run: RunStats): RunStats {
  return { ...run, header: { ...run.header, run: id } };
}

describe("judgeComparison", () => {
  test("a journal against itself passes, and every change is exactly nothing", () => {
    const comparison = compareSamples([BASE], [BASE]);
    expect(comparison).toMatchObject({ verdict: "pass", exitCode: 0, advice: [] });
    expect(comparison.profiles[0]).toMatchObject({ isPaired: true, name: "steady" });
    for (const { change } of comparison.profiles[0]!.metrics) expect(change?.value ?? 0).toBe(0);
    expect(comparison.because).toContain("NEW is no worse than BASE: p95 of all requests ±0 % (");
  });

  test("15 % slower with the same seed fails, and says which figure by how much", () => {
    const comparison = compareSamples([BASE], [sampleBuild({ slowdown: 1.15 })]);
    expect(comparison).toMatchObject({ verdict: "fail", exitCode: 1 });
    expect(metricOf(comparison, "p95").change?.value).toBeCloseTo(0.15, 2);
    expect(comparison.because).toMatch(
      /^NEW is slower: p95 of all requests \+1\d % \(\+[\d.]+…\+\d+ %\), surely by more than 5 %, half of --max-regression 10%\. /,
    );
  });

  test("the task that got far worse than the rest is the one that is named", () => {
    const slowBatches = sampleBuild({
      profile: {
        answer: ({ task, random }) => ({
          serviceMs: 80 * Math.exp(0.2 * random.nextNormal()) * (task === "batch_embed" ? 2 : 1),
        }),
      },
    });
    expect(compareSamples([BASE], [slowBatches]).because).toMatch(/^NEW is slower: p95 of batch_embed \+1\d\d % /);
  });

  test("15 % slower with another seed fails; two runs of one build with different seeds do not", () => {
    const slower = compareSamples([BASE], [sampleBuild({ seed: 9, slowdown: 1.15 })]);
    expect(slower.profiles[0]?.isPaired).toBe(false);
    expect(slower.verdict).toBe("fail");
    for (const seed of [2, 3, 4, 5, 6])
      expect(compareSamples([BASE], [sampleBuild({ seed })]).verdict).not.toBe("fail");
  });

  test("faster passes and says so", () => {
    const comparison = compareSamples([BASE], [sampleBuild({ slowdown: 0.8 })]);
    expect(comparison.verdict).toBe("pass");
    expect(comparison.because).toMatch(/^NEW is faster: p95 of all requests −20 % /);
  });

  test("5 % slower is neither, and the advice names what would settle it", () => {
    const comparison = compareSamples([BASE], [sampleBuild({ slowdown: 1.06 })]);
    expect(comparison).toMatchObject({ verdict: "inconclusive", exitCode: 3 });
    expect(comparison.advice.join(" ")).toMatch(/would settle it|limit of 10 %/);
  });

  test("--max-regression decides what is worse", () => {
    const next = sampleBuild({ slowdown: 1.15 });
    expect(compareSamples([BASE], [next], { maxRegressionRatio: 0.4 }).verdict).toBe("pass");
    expect(compareSamples([BASE], [next], { maxRegressionRatio: 0.02 }).verdict).toBe("fail");
  });

  test("failures that were not there before fail it; as many as before do not", () => {
    const failing = compareSamples([BASE], [sampleBuild({ failing: 0.03 })]);
    expect(failing.verdict).toBe("fail");
    expect(failing.because).toMatch(/^NEW fails more often: errors of all requests 0 % → [\d.]+ %/);
    const same = compareSamples([sampleBuild({ failing: 0.03 })], [sampleBuild({ failing: 0.03 })]);
    expect(metricOf(same, "errors").verdict).not.toBe("fail");
  });

  test("p95 and errors of all requests decide a pass; figures with few requests do not stop it", () => {
    const comparison = compareSamples([BASE], [BASE]);
    const rare = metricOf(comparison, "p99", "health");
    expect(rare).toMatchObject({ verdict: "inconclusive", isDeciding: false });
    expect(rare.why).toMatch(/requests are too few to compare p99, which needs 2\u202f000/);
    expect(comparison.verdict).toBe("pass");
  });

  test("a task that looks worse, though not surely, stops a pass", () => {
    const slowHealth = sampleBuild({
      profile: {
        answer: ({ task, random }) => ({
          serviceMs: 80 * Math.exp(0.2 * random.nextNormal()) * (task === "batch_embed" ? 1.08 : 1),
        }),
      },
    });
    const comparison = compareSamples([BASE], [slowHealth]);
    const p95 = metricOf(comparison, "p95", "batch_embed");
    expect([p95.verdict, comparison.verdict]).not.toContain("pass");
  });
});

describe("like with like", () => {
  const barred: readonly (readonly [string, RunStats, RegExp])[] = [
    ["another rate", sampleBuild({ profile: { ratePerSec: 30 } }), /load differs: 40\/s in BASE, 30\/s in NEW/],
    ["users instead of a rate", closedLoop(10), /load differs: an open loop in BASE, a closed loop in NEW/],
    ["a generator that was not fit", sampleBuild({ profile: { droppedPerSec: 3 } }), /generator was not fit/],
    ["a run that was cut short", sampleBuild({ more: { end: "killed" } }), /cut short/],
    ["a phase of three seconds", sampleBuild({ profile: { durationMs: 3000 } }), /shorter than 5 s/],
  ];

  test.each(barred)("%s is inconclusive, whatever the figures", (_name, next, reason) => {
    const comparison = compareSamples([BASE], [next]);
    expect(comparison.verdict).toBe("inconclusive");
    expect(comparison.because).toMatch(reason);
    expect(comparison.profiles[0]?.metrics.every(({ verdict }) => verdict === "inconclusive")).toBe(true);
  });

  test("an unfit generator leaves wrong answers to be told all the same, and nothing else", () => {
    const late = { sendLagMs: 400 };
    const answering = (kind: "http-4xx" | "timeout", message: string): SampleBuild => ({
      profile: { ...late, answer: () => ({ serviceMs: 3, failure: { kind, message } }) },
    });
    const of = (build: SampleBuild): string => {
      const { exitCode, because } = compareSamples([BASE], [sampleBuild(build)]);
      expect(exitCode).toBe(3);
      return because;
    };
    expect(of(answering("http-4xx", "status 404"))).toMatch(
      /^It cannot be told whether NEW is worse: in run \S+ the generator was not fit .* All the same, errors rose from 0 % to 100 %, most often http-4xx: status 404\.$/,
    );
    expect(of(answering("timeout", "no answer"))).not.toContain("All the same");
    expect(of({ profile: late })).not.toContain("All the same");
    const other = answering("http-4xx", "status 404");
    expect(of({ profile: { ...other.profile, ratePerSec: 30 } })).not.toContain("All the same");
  });

  test("of several runs with an unfit generator the worst is told, once", () => {
    const late = (sendLagMs: number) => sampleBuild({ seed: sendLagMs, profile: { sendLagMs } });
    const { profiles } = compareSamples([BASE], [late(300), late(400), BASE]);
    expect(profiles[0]?.reasons).toEqual([
      expect.stringMatching(
        /^In 2 of 4 runs the generator was not fit to judge by, at its worst in run \S+: .*398 ms late/,
      ),
    ]);
  });

  test("a difference that NEW's own lateness may be fails nothing; a greater one does", () => {
    const late = (slowdown: number) => compareSamples([BASE], [sampleBuild({ slowdown, profile: { sendLagMs: 14 } })]);
    expect(late(0.98).verdict).toBe("inconclusive");
    expect(metricOf(late(0.98), "p95").why).toContain("late, which alone may be the difference");
    expect(late(1.3).verdict).toBe("fail");
  });

  test("another mix of tasks can fail by a task, but never pass", () => {
    const tasks = [
      { name: "single_embed", method: "POST", path: "/embed", share: 0.9 },
      { name: "batch_embed", method: "POST", path: "/embed", share: 0.1 },
    ];
    const other = compareSamples([BASE], [sampleBuild({ seed: 2, more: { tasks } })]);
    expect(other.verdict).toBe("inconclusive");
    expect(other.because).toContain("mix of tasks differs");
    const slower = sampleBuild({ seed: 2, slowdown: 1.6, more: { tasks } });
    expect(compareSamples([BASE], [slower]).verdict).toBe("fail");
  });

  test("another length is told and the common part is compared", () => {
    const comparison = compareSamples([BASE], [sampleBuild({ profile: { durationMs: 40_000 } })]);
    expect(comparison.profiles[0]?.warnings.join(" ")).toContain("The length differs: 1 m in BASE, 40 s in NEW");
    expect(comparison.profiles[0]?.toMs).toBe(40_000);
  });
});

describe("several runs", () => {
  test("pairs of the same seed are averaged: more of them see smaller changes", () => {
    const one = compareSamples([BASE], [BASE]);
    const runs = [BASE, sampleBuild({ seed: 2 }), sampleBuild({ seed: 3 })];
    const three = compareSamples(runs, runs);
    expect(three.profiles[0]).toMatchObject({ isPaired: true, baseRunCount: 3 });
    expect(metricOf(three, "p95").smallestSeen).toBeLessThan(metricOf(one, "p95").smallestSeen!);
  });

  test("stored runs and the new one of one seed: what they share cancels out, and more of them see smaller changes", () => {
    const again = [BASE, sampleBuild(), sampleBuild()];
    const paired = compareSamples(again, [sampleBuild({ slowdown: 1.06 })]);
    expect(paired.profiles[0]).toMatchObject({ isPaired: true, baseRunCount: 3, nextRunCount: 1 });
    const seen = (comparison: Comparison): number => metricOf(comparison, "p95").smallestSeen!;
    expect(seen(paired)).toBeLessThan(seen(compareSamples([BASE], [BASE])));
    const others = compareSamples([BASE, sampleBuild(), sampleBuild({ seed: 2 })], [BASE]);
    expect(others.profiles[0]).toMatchObject({ isPaired: false, baseRunCount: 3 });
    expect(seen(others)).toBeGreaterThan(seen(paired));
  });

  test("from five stored runs on their own spread is the noise between runs", () => {
    const stored = [2, 3, 4, 5, 6].map((seed) => sampleBuild({ seed }));
    const few = metricOf(compareSamples(stored.slice(0, 4), [BASE]), "p95");
    const many = metricOf(compareSamples(stored, [BASE]), "p95");
    expect(few.noise).toMatchObject({ isAssumed: true, sigma: 0.02 });
    expect(many.noise).toMatchObject({ isAssumed: false, runCount: 5 });
  });

  test("earlier runs beside the one that is compared teach the noise, and are not compared", () => {
    const kin = [2, 3, 4, 5].map((seed) => sampleBuild({ seed }));
    const { profiles } = matchProfiles({ runs: [BASE], kin }, { runs: [BASE], kin: [] });
    const comparison = compareSamples([], [], { profiles });
    expect(metricOf(comparison, "p95").noise).toMatchObject({ isAssumed: false, runCount: 5 });
    expect(comparison.profiles[0]).toMatchObject({ isPaired: true, baseRunCount: 1 });
  });

  test("from five pairs on the spread of their differences is the noise, not that of their schedules", () => {
    const seeds = [2, 3, 4, 5, 6];
    const wide = (medianMs: number) => ({
      answer: ({ random }: SampleRequest) => ({ serviceMs: sampleLatencyMs(random, medianMs, 1.6) }),
    });
    const of = (medianMs: number) => seeds.map((seed) => sampleBuild({ seed, profile: wide(medianMs) }));
    const pairs = metricOf(compareSamples(of(80), of(85)), "p95");
    expect(pairs.noise).toMatchObject({ sigma: 0.01, isAssumed: false, runCount: 5, isOfPairs: true });
    const stored = metricOf(compareSamples(of(80), [sampleBuild({ profile: wide(85) })]), "p95");
    expect(stored.noise).toMatchObject({ isAssumed: false, runCount: 5, isOfPairs: false });
    expect(stored.noise!.sigma).toBeGreaterThan(0.02);
  });

  test("five runs of one seed on both sides are no pairs of their own: the baseline's spread is the noise", () => {
    const five = Array.from({ length: 5 }, () => sampleBuild());
    expect(metricOf(compareSamples(five, five), "p95").noise).toMatchObject({ runCount: 5, isOfPairs: false });
  });

  test("five stored runs of one seed do not tell what a run of another seed may differ by", () => {
    const stored = Array.from({ length: 5 }, () => BASE);
    const noiseTo = (seed: number) => metricOf(compareSamples(stored, [sampleBuild({ seed })]), "p95").noise;
    expect(noiseTo(1)).toMatchObject({ sigma: 0.01, isAssumed: false });
    expect(noiseTo(2)).toMatchObject({ sigma: 0.02, isAssumed: true });
  });

  test("stored runs of no use are left out, each with why", () => {
    const stored = [
      named("a", sampleBuild({ seed: 2, profile: { ratePerSec: 20 } })),
      named("b", sampleBuild({ seed: 3 })),
      named("c", sampleBuild({ seed: 4, profile: { sendLagMs: 400 } })),
      named("d", sampleBuild({ seed: 5, more: { end: "killed" } })),
      named("e", sampleBuild({ seed: 6, profile: { sendLagMs: 400 } })),
    ];
    const comparison = compareSamples(stored, [BASE]);
    expect(comparison.profiles[0]).toMatchObject({ baseRunCount: 1, reasons: [] });
    expect(comparison.notes).toEqual([
      "4 of 5 runs of steady in BASE are left out: another load (run a); a generator that was not fit (runs c, e); cut short (run d).",
    ]);
  });
});

describe("capacity", () => {
  const capacity = (value: number) => ({ value, low: value * 0.97, high: value * 1.03 });
  test.each([
    [72, "pass"],
    [60, "fail"],
    [67, "inconclusive"],
  ] as const)("72/s to %i/s is %s", (value, verdict) => {
    const capacities = { by: "rate", base: capacity(72), next: capacity(value) } as const;
    const comparison = compareSamples([], [], { capacities, profiles: [] });
    expect(comparison.verdict).toBe(verdict);
    expect(comparison.because).toContain("instead of 72/s");
  });
});

test("nothing to compare never passes", () => {
  expect(compareSamples([], [], { profiles: [] })).toMatchObject({ verdict: "inconclusive", exitCode: 3 });
  const silent = sampleBuild({ profile: { ratePerSec: 0.001 } });
  expect(compareSamples([silent], [silent]).verdict).toBe("inconclusive");
  expect(compareSamples([BASE], [silent]).verdict).toBe("inconclusive");
});

function closedLoop(users: number): RunStats {
  const { ratePerSec: _, ...rest } = { ratePerSec: 0, name: "steady", durationMs: 60_000, users, thinkMs: 200 };
  return sampleBuild({ more: { profiles: [rest] } });
}

const builds = fc.record({
  seed: fc.integer({ min: 1, max: 4 }),
  slowdown: fc.constantFrom(0.7, 0.95, 1, 1.05, 1.3),
  failing: fc.constantFrom(0, 0.01, 0.2),
  profile: fc.constant({ ratePerSec: 15, durationMs: 20_000 }),
});

describe("laws", () => {
  test("to swap the sides inverts every ratio and turns a fail around", () => {
    fc.assert(
      fc.property(builds, builds, (a, b) => {
        const pair = samplePair(sampleBuild(a), sampleBuild(b));
        const there = profileChanges(pair).figures;
        const back = profileChanges({ ...pair, base: pair.next, next: pair.base }).figures;
        for (const [at, { change, metric }] of there.entries()) {
          expect(back[at]?.change?.lnRatio ?? 0).toBeCloseTo(-(change?.lnRatio ?? 0), 9);
          if (metric !== "errors") expect(back[at]?.change?.se ?? 0).toBeCloseTo(change?.se ?? 0, 9);
        }
        const [verdict, other] = [
          compareSamples([sampleBuild(a)], [sampleBuild(b)]),
          compareSamples([sampleBuild(b)], [sampleBuild(a)]),
        ];
        const p95 = [metricOf(verdict, "p95").verdict, metricOf(other, "p95").verdict];
        expect(p95.filter((one) => one === "fail").length).toBeLessThan(2);
      }),
      { numRuns: 8 },
    );
  });

  test("both sides slower by the same factor leaves the change as it is, within a bucket", () => {
    fc.assert(
      fc.property(fc.constantFrom(0.5, 3, 10), fc.constantFrom(1, 1.2), (factor, slowdown) => {
        const of = (scale: number): number => {
          const [base, next] = [sampleBuild({ slowdown: scale }), sampleBuild({ slowdown: scale * slowdown })];
          return metricOf(compareSamples([base], [next]), "p50").change!.value;
        };
        expect(Math.abs(of(factor) - of(1))).toBeLessThan(0.012);
      }),
      { numRuns: 3 },
    );
  });

  test("slower by ever more never goes from fail back to pass", () => {
    const rank = { pass: 0, inconclusive: 1, fail: 2 } as const;
    let last = 0;
    for (const slowdown of [0.9, 1, 1.04, 1.08, 1.12, 1.2, 1.5]) {
      const { verdict } = metricOf(compareSamples([BASE], [sampleBuild({ slowdown })]), "p95");
      expect(rank[verdict]).toBeGreaterThanOrEqual(last);
      last = rank[verdict];
    }
    expect(last).toBe(2);
  });
});
