import { describe, expect, test } from "vitest";
import { capacityReport } from "../../analysis/capacity/capacity-report.ts";
import { askedSearch, imaginedSearch, stationAnswer, statsOf } from "../../analysis/capacity/imagined-search.ts";
import { loadWithin } from "./pair-load.ts";

const RUN_MS = 60_000;

/** Eight servers of 100 ms, which hold 72.2/s within 500 ms for 95 %. */
function reportAfter(recordShare: number) {
  const records = imaginedSearch({
    asked: askedSearch(),
    seed: 11,
    limitsMs: [500],
    target: () => stationAnswer(8, 100),
  });
  return capacityReport(statsOf(records.slice(0, Math.ceil(recordShare * records.length))))!;
}

describe("the load of a pair", () => {
  test("is 65 % of the capacity that was found, evenly for as long as a run lasts", () => {
    const report = reportAfter(1);
    const load = loadWithin(report, RUN_MS);
    const ratePerSec = 0.65 * report.estimate!.load;
    expect(load).toMatchObject({
      kind: "open",
      arrivals: "poisson",
      durationMs: RUN_MS,
      stages: [{ fromPerSec: ratePerSec, toPerSec: ratePerSec, durationMs: RUN_MS }],
    });
    // By the truth of the target, not only by what was found.
    expect(Math.abs(load!.stages[0]!.toPerSec / (0.65 * 72.19) - 1)).toBeLessThan(0.07);
  });

  test("is none while no capacity is found, though there is an estimate", () => {
    const report = reportAfter(0.6);
    expect(report.estimate).toBeDefined();
    expect(loadWithin(report, RUN_MS)).toBeUndefined();
  });
});
