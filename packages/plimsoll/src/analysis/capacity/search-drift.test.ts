import { expect, test } from "vitest";
import { judgeSearch } from "../../verdict/judge-search.ts";
import { capacityReport } from "./capacity-report.ts";
import { agingStationAnswer, askedSearch, finishedSearch, stationAnswer, statsOf } from "./imagined-search.ts";
import type { NextStep } from "./search-course.ts";

function searched(target: (step: NextStep) => ReturnType<typeof stationAnswer>) {
  const asked = askedSearch({ startLoad: 30, levels: [], budgetMs: 300_000 });
  const stats = statsOf(finishedSearch({ asked, seed: 11, limitsMs: [500], target }));
  const report = capacityReport(stats)!;
  return { report, ...judgeSearch(stats, report) };
}

/** Every phase finds it 5 % slower than the one before. */
function tiring() {
  let meanMs = 100;
  return () => {
    meanMs *= 1.05;
    const own = meanMs;
    return agingStationAnswer(8, () => own);
  };
}

test("a target that gets slower during the search is told, with the steps that show it, and more time is not advised", () => {
  const { report, findings, verdict, because } = searched(tiring());
  const { held, broken } = report.drift!;
  expect(broken.startedAtMs).toBeGreaterThan(held.startedAtMs);
  expect(broken.load).toBeLessThan(0.91 * held.load);
  expect(findings).toEqual([
    expect.objectContaining({
      code: "SLOWER_IN_SEARCH",
      profile: broken.name,
      message: expect.stringMatching(
        /^The target got slower during the search: [\d.]+\/s held at .+, [\d.]+\/s broke the promise at .+\.$/,
      ),
    }),
  ]);
  expect(verdict).toBe("inconclusive");
  expect(because).toMatch(/But the target got slower meanwhile: there is no one capacity\.$/);
  expect(because).not.toContain("--budget");
});

test("one that stays as it is is not", () => {
  const { report, findings } = searched(() => stationAnswer(8, 100));
  expect([report.drift, findings]).toEqual([undefined, []]);
});
