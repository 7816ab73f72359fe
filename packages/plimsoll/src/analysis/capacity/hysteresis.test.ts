import { describe, expect, test } from "vitest";
import type { JournalRecord } from "../../records/record.ts";
import { type SampleProfile, sampleLatencyMs } from "../sample-load.ts";
import { capacityReport } from "./capacity-report.ts";
import type { Hysteresis } from "./hysteresis.ts";
import {
  askedSearch,
  hurtStation,
  type ImaginedSearch,
  imaginedSearch,
  stationAnswer,
  statsOf,
} from "./imagined-search.ts";
import { nextStep } from "./search-course.ts";

type Answer = NonNullable<SampleProfile["answer"]>;

const ASKED = askedSearch({ startLoad: 40, budgetMs: 60_000, isOverloadTested: true, levels: [1] });

function play(target: ImaginedSearch["target"], more: Partial<ImaginedSearch> = {}): readonly JournalRecord[] {
  return imaginedSearch({ asked: ASKED, seed: 11, limitsMs: [500], target, ...more });
}

const judged = (records: readonly JournalRecord[]): Hysteresis | undefined =>
  capacityReport(statsOf(records))!.hysteresis;

/** Eight servers of 100 ms, but for the load that is run again after the overload. */
function changedAfter(after: () => Answer): readonly JournalRecord[] {
  return play(({ purpose }) => (purpose === "again" ? after() : stationAnswer(8, 100)));
}

describe("after the overload", () => {
  const usual = play(() => stationAnswer(8, 100));

  test("its base is run again once, before the table", () => {
    const steps = usual.flatMap((record) => (record.k === "step" ? [record] : []));
    expect(steps.slice(-4).map(({ purpose }) => purpose)).toEqual(["overload", "overload", "again", "level"]);
    const [twice, again] = steps.slice(-3);
    expect(again?.load).toBe(twice?.planned.shape[0]?.[1]);
    expect(again?.planned).toMatchObject({ plannedMs: 30_000, warmupMs: 5000 });
  });

  test("a target that is what it was is found as before", () => {
    const found = judged(usual)!;
    expect(found).toMatchObject({ verdict: "as-before", by: "p95" });
    expect(found.change!.low).toBeLessThan(0);
    expect(found.change!.high).toBeGreaterThan(0);
    expect([found.before.errorRatio, found.after.errorRatio]).toEqual([0, 0]);
  });

  test("one that serves 30 % slower for good has not come back, although its queue has drained", () => {
    const found = judged(play(hurtStation(1.3)))!;
    expect(found.verdict).toBe("worse");
    expect(found.after.p95! / found.before.p95!).toBeGreaterThan(1.2);
  });

  test.each([
    [1.05, "as-before"],
    [1.18, "worse"],
  ] as const)("a quarter is too much and half of that may be its sign: %f times as slow is %s", (slowdown, verdict) => {
    const even =
      (factor: number): Answer =>
      ({ random }) => ({ serviceMs: sampleLatencyMs(random, 100 * factor, 0.1) });
    const records = play(({ purpose }) => {
      if (purpose === "overload") return even(1);
      return purpose === "again" ? even(slowdown) : stationAnswer(8, 100);
    });
    expect(judged(records)?.verdict).toBe(verdict);
  });

  test("one that fails some of the requests since has not come back, however quick it is", () => {
    const flaky = changedAfter(() => {
      const station = stationAnswer(8, 100);
      return (request) =>
        request.random.nextRatio() < 0.05
          ? { serviceMs: 5, failure: { kind: "http-5xx", message: "status 500" } }
          : station(request);
    });
    expect(judged(flaky)).toMatchObject({ verdict: "worse", by: "errors" });
  });

  test("one whose requests pile up until the step is ended has not come back", () => {
    const lost = changedAfter(() => stationAnswer(2, 100));
    const at = lost.findIndex((record) => record.k === "step" && record.purpose === "again");
    const phase = lost.flatMap((record) =>
      record.k === "step" && record.purpose === "again" ? [record.phase] : [],
    )[0]!;
    const own = lost.slice(at).filter((record) => "phase" in record && record.phase === phase);
    const startMs = own.flatMap((record) => (record.k === "phase" && record.at === "start" ? [record.atMs] : []))[0]!;
    const cut = own.map((record) =>
      record.k === "phase" && record.at !== "start" ? { ...record, atMs: startMs + 6000 } : record,
    );
    const event = { k: "ev", code: "STEP_ENDED", level: "info", atMs: startMs + 6000, phase, message: "lost" } as const;
    expect(judged([...lost.slice(0, at), ...cut, event])).toMatchObject({ verdict: "worse", by: "piled-up" });
  });

  test("while the generator was not fit nothing can be told", () => {
    const records = play(({ purpose }) => stationAnswer(purpose === "again" ? 2 : 8, 100), {
      generator: ({ purpose }) => (purpose === "again" ? { loopDelayP99Ms: 400, loopDelayMaxMs: 900 } : {}),
    });
    expect(judged(records)).toMatchObject({ verdict: "inconclusive", lack: "The generator was not fit meanwhile." });
  });
});

describe("nothing is run again", () => {
  test("once a search that goes on is not to look at what lies beyond any more", () => {
    const records = play(() => stationAnswer(8, 100));
    const at = records.findIndex((record) => record.k === "step" && record.purpose === "again");
    const resumed = records
      .slice(0, at)
      .map((record) => (record.k === "plan" ? { ...record, search: { ...ASKED, isOverloadTested: false } } : record));
    expect(nextStep(statsOf(records.slice(0, at)))?.purpose).toBe("again");
    expect(nextStep(statsOf(resumed))?.purpose).toBe("level");
  });

  test.each([
    ["without an overload", { ...ASKED, isOverloadTested: false }, undefined],
    ["where only the first overload is allowed, which has no base", { ...ASKED, maxLoad: 120 }, undefined],
    ["where the generator spoilt the overload", ASKED, { loopDelayP99Ms: 400, loopDelayMaxMs: 900 }],
  ])("%s", (_, asked, spoilt) => {
    const records = play(() => stationAnswer(8, 100), {
      asked,
      generator: ({ purpose }) => (purpose === "overload" ? (spoilt ?? {}) : {}),
    });
    expect(records.some((record) => record.k === "step" && record.purpose === "again")).toBe(false);
    expect(judged(records)).toBeUndefined();
  });
});
