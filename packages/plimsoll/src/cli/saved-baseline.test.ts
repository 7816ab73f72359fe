import { describe, expect, test } from "vitest";
import { type SavedBaseline, savedText } from "./saved-baseline.ts";

function told(more: Partial<SavedBaseline> = {}): readonly string[] {
  const kept = { name: "main", path: ".plimsoll/baselines/main/run-1", wasThere: false, dir: ".plimsoll" };
  const counts = { isSearch: false, verdict: "pass", runCount: 1, searchCount: 0 } as const;
  return savedText({ ...kept, ...counts, ...more })
    .trimEnd()
    .split("\n");
}

describe("what is told of a baseline that was kept", () => {
  test("where, beside how many runs, and what to do with it", () => {
    expect(told()).toEqual([
      "Kept in .plimsoll/baselines/main/run-1; main has 1 run. From 5 runs on it is learned how much runs differ; until then 2 % is supposed.",
      "Compare: plimsoll compare baseline:main results",
      "In CI, keep the folder .plimsoll/baselines in the cache.",
    ]);
    expect(told({ runCount: 5 })[0]).toContain("5 runs. How much runs differ is learned from them.");
    expect(told({ verdict: "inconclusive" })[1]).toMatch(/^! Its own verdict was inconclusive: /);
  });

  test("a search is called one, is no run to learn from, and is compared with searches only", () => {
    expect(told({ isSearch: true, runCount: 4, searchCount: 1 })[0]).toBe(
      "Kept in .plimsoll/baselines/main/run-1; main has 4 runs and 1 search. This is a search: its capacity is compared with that of another search, and never with a run.",
    );
    expect(told({ isSearch: true, runCount: 0, searchCount: 2 })[0]).toContain(
      "main has 2 searches. This is a search: the capacity of the last one is compared",
    );
    expect(told({ runCount: 4, searchCount: 1 })[0]).toContain("until then 2 % is supposed");
  });
});
