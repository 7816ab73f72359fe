/** Every finding of a profile says when it was, so that a page can lead there. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { sampleJournal } from "../analysis/journal-sample.ts";
import { AGGREGATED } from "../analysis/phase-totals.ts";
import { runFold } from "../analysis/run-fold.ts";
import type { ErrorCount, ProfileDrift, ProfileStats, RunStats, TaskStats } from "../analysis/run-stats.ts";
import { ERROR_KINDS } from "../base/outcome.ts";
import { LatencyHistogram } from "../records/latency-histogram.ts";
import { findingsOf } from "./findings.ts";
import { sampleThreshold } from "./threshold-sample.ts";

const DURATION_MS = 120_000;
const TASKS = [
  { name: "often", method: "GET", path: "/", share: 0.999 },
  { name: "rare", method: "GET", path: "/rare", share: 0.001 },
];

/** 20 ms, but nothing leaves in the last two seconds of 44. */
const BASE = runFold.done(
  sampleJournal({
    tasks: TASKS,
    profiles: [
      {
        name: "p",
        ratePerSec: 40,
        durationMs: DURATION_MS,
        answer: ({ dueMs }) => {
          const into = (dueMs + 20) % 44_000;
          return { serviceMs: into >= 42_000 ? 20 + 44_000 - into : 20 };
        },
      },
    ],
  }).reduce(runFold.step, runFold.init()),
);

const [PROFILE] = BASE.profiles;

function withErrors(task: TaskStats): TaskStats {
  const errors = ERROR_KINDS.map(
    (kind): ErrorCount => ({ kind, count: 9, message: "x", firstAtMs: 3000, lastAtMs: 8000 }),
  );
  return task.name === AGGREGATED || task.name === "often" ? { ...task, errors } : task;
}

const DRIFT: ProfileDrift = {
  verdict: "drift",
  totalRatio: 0.4,
  perMinRatio: 0.2,
  low: 0.2,
  high: 0.6,
  shape: "creep",
  fromMs: 6000,
  toMs: DURATION_MS,
  windowMs: 10_000,
};

/** A profile in which everything that is found in one went wrong. */
function everything(profile: ProfileStats, more: Partial<ProfileStats>): ProfileStats {
  const { generator, arrivals, warmup } = profile;
  return {
    ...profile,
    tasks: profile.tasks.map(withErrors),
    generator: { ...generator, health: "degraded", reasons: ["Requests left late."] },
    arrivals: { ...arrivals, inFlightAtEnd: 3 },
    warmup: { ...warmup, isNeverWarm: true },
    steady: {
      ...{ verdict: "unstable", growth: 90, low: 60, high: 120, meanInFlight: 60, offeredPerSec: 40, endedPerSec: 39 },
      ...{ fromMs: 6000, toMs: DURATION_MS, windowMs: 2000 },
    },
    drift: DRIFT,
    spike: {
      fromMs: 20_000,
      toMs: 30_000,
      base: 10,
      peak: 40,
      peakInFlight: 80,
      shedRatio: 0.1,
      class: "sheds",
      fluidDrainMs: undefined,
      recovery: { kind: "inconclusive", why: "Too short.", watchedMs: undefined },
      recoveryErrorMs: 500,
    },
    books: { verdict: "unbalanced", ratio: 0.2, interval: { low: 0.1, high: 0.3 } },
    ...more,
  };
}

/** p95 leaves its base after a minute, and a queue grew before. */
function observedRun(): Pick<RunStats, "profiles" | "observations"> {
  const [second] = PROFILE!.series;
  const series = Array.from({ length: 120 }, (_, sec) => {
    const histogram = new LatencyHistogram();
    for (let i = 0; i < 50; i++) histogram.recordUs(1000 * (50 + 20 * Math.max(0, sec - 60)));
    return { ...second!, atMs: sec * 1000, completed: 50, failed: 0, response: histogram.drain() };
  });
  const observations = series.map(({ atMs }, sec) => ({
    k: "obs" as const,
    atMs: PROFILE!.startedAtMs + atMs,
    values: { gpu_util: sec < 45 ? 50 : 99, gone: null },
  }));
  return { profiles: [{ ...PROFILE!, series }], observations };
}

function allFindings() {
  const { generator } = PROFILE!;
  const invalid = { ...generator, health: "invalid", reasons: ["Requests left far too late."] } as const;
  const unsure = everything(PROFILE!, { generator: invalid, drift: { ...DRIFT, verdict: "inconclusive" } });
  const steers = [
    { k: "steer", phase: 0, atMs: 4000, who: "page", what: { ratePerSec: 50 }, planned: PROFILE!.planned },
  ] as const;
  const hopeless = sampleThreshold({ kind: "recovery" }, 20_000, { profile: PROFILE!.name });
  const stray = sampleThreshold({ kind: "errors" }, 0.01, { profile: "elsewhere" });
  return [
    ...findingsOf({ ...BASE, profiles: [everything(PROFILE!, {})], steers }, [stray, hopeless]),
    ...findingsOf({ ...BASE, profiles: [unsure] }, []),
    ...findingsOf({ ...BASE, ...observedRun() }, []),
  ];
}

/** Codes as the sources of the findings write them. */
function writtenCodes(): readonly string[] {
  const texts = readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith("findings.ts") && !["search-findings.ts", "overload-findings.ts"].includes(file))
    .map((file) => readFileSync(join(import.meta.dirname, file), "utf8"));
  const plain = texts.flatMap((text) => [...text.matchAll(/\bcode: "([a-z-]+)"/g)].map(([, code]) => code!));
  const ofKinds = texts.flatMap((text) =>
    [...text.matchAll(/^ {2}"?[a-z0-9-]+"?: "([a-z]+)",$/gm)].map(([, code]) => code!),
  );
  return [...new Set([...plain, ...ofKinds, "generator-degraded", "generator-invalid"])].sort();
}

/** Of the run as a whole: there is no place to lead to. */
const NOWHERE = ["observed-gaps", "threshold-not-judged"];
/** Of how a profile is planned: of no stretch of it. */
const OF_THE_PLAN = "unjudgeable";

describe("findings", () => {
  const found = allFindings();

  test("of every code there is one here", () => {
    expect([...new Set(found.map(({ code }) => code))].sort()).toEqual(writtenCodes());
    expect(writtenCodes().length).toBeGreaterThan(15);
  });

  test.each(writtenCodes().filter((code) => ![...NOWHERE, OF_THE_PLAN].includes(code)))(
    "%s leads to a profile and a stretch of it",
    (code) => {
      for (const { profile, fromMs, toMs } of found.filter((one) => one.code === code)) {
        expect(profile).toBe("p");
        expect(fromMs).toBeGreaterThanOrEqual(0);
        expect(toMs).toBeGreaterThanOrEqual(fromMs!);
        expect(toMs).toBeLessThanOrEqual(DURATION_MS + 1000);
      }
    },
  );

  test("what the plan leaves no chance is told of a profile, and of no stretch of it", () => {
    const [finding] = found.filter(({ code }) => code === OF_THE_PLAN);
    expect([finding?.profile, finding?.fromMs]).toEqual(["p", undefined]);
  });

  test.each(NOWHERE)("%s is of no profile", (code) => {
    for (const { profile, fromMs } of found.filter((one) => one.code === code))
      expect([profile, fromMs]).toEqual([undefined, undefined]);
  });
});
