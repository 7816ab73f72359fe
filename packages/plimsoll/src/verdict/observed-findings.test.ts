import { describe, expect, test } from "vitest";
import { LatencyHistogram } from "../records/latency-histogram.ts";
import type { ObservedRecord } from "../records/record.ts";
import { sampleReport } from "../report/report-sample.ts";
import { observedFindings } from "./observed-findings.ts";

const { stats } = sampleReport();
const [profile] = stats.profiles;

/** The sample's first profile with p95 leaving 50 ms in its second minute, and what was observed meanwhile. */
function observed(valuesAt: (sec: number) => ObservedRecord["values"]) {
  if (profile === undefined) throw new Error("the sample has a profile");
  const [second] = profile.series;
  if (second === undefined) throw new Error("the sample has seconds");
  const series = Array.from({ length: 120 }, (_, sec) => {
    const histogram = new LatencyHistogram();
    for (let i = 0; i < 50; i++) histogram.recordUs(1000 * (50 + 20 * Math.max(0, sec - 60)));
    return { ...second, atMs: sec * 1000, completed: 50, failed: 0, response: histogram.drain() };
  });
  const observations = series.map(({ atMs }, sec) => ({
    k: "obs" as const,
    atMs: profile.startedAtMs + atMs,
    values: valuesAt(sec),
  }));
  return observedFindings({ ...stats, profiles: [{ ...profile, series }], observations, events: [] });
}

describe("observedFindings", () => {
  test("says what gave way first, when, and when p95 followed", () => {
    const found = observed((sec) => ({ gpu_util: sec < 45 ? 50 : 99, queue_depth: sec < 60 ? 0 : sec - 55 }));
    expect(found).toEqual([
      {
        code: "saturated-first",
        level: "info",
        profile: profile?.name,
        task: undefined,
        fromMs: 45_000,
        toMs: 64_000,
        message:
          "Of what the target tells of itself gpu_util gave way first: it was full (95 % of 100 or more) from 45 s on, 19 s before p95 left its base of 49.8 ms at 1 m 4 s. Then came queue_depth at 1 m.",
      },
    ]);
  });

  test("does not make up an order where both came within a scrape of each other", () => {
    const [found] = observed((sec) => ({ queue_depth: sec < 63 ? 2 : 50 }));
    expect(found?.message).toContain("it grew beyond 2, the most it had held, from 1 m 3 s on, as p95 left its base");
  });

  test("tells in one sentence what scrapes did not give", () => {
    const found = observed((sec) => ({ a: sec % 4 === 0 ? null : 1, b: null, c: 1 }));
    expect(found.map(({ code, level, message }) => ({ code, level, message }))).toEqual([
      {
        code: "observed-gaps",
        level: "warning",
        message: "Of 120 scrapes of the target's own metrics some gave nothing: a in 25 %, b in 100 %.",
      },
    ]);
  });

  test("says nothing of a run that observed nothing", () => {
    expect(observedFindings(stats)).toEqual([]);
  });
});
