/** Whether an overload left its mark, told by whole searches against eight servers of 100 ms in virtual time. */
import { expect, test } from "vitest";
import { capacityReport } from "../../packages/plimsoll/src/analysis/capacity/capacity-report.ts";
import type { Hysteresis } from "../../packages/plimsoll/src/analysis/capacity/hysteresis.ts";
import {
  askedSearch,
  hurtStation,
  imaginedSearch,
  statsOf,
} from "../../packages/plimsoll/src/analysis/capacity/imagined-search.ts";
import { expectAtLeast, seedsOf, tell } from "./lane.ts";

const SEEDS = seedsOf(100, 10);

/** What each of the searches says of a target that is so many times slower after its overload. */
function verdictsAt(slowdown: number): Readonly<Record<Hysteresis["verdict"], number>> {
  const counts = { "as-before": 0, worse: 0, inconclusive: 0 };
  const asked = askedSearch({ startLoad: 30, budgetMs: 60_000, isOverloadTested: true, levels: [] });
  for (const seed of SEEDS) {
    const records = imaginedSearch({ asked, seed: 1000 + seed, limitsMs: [500], target: hurtStation(slowdown) });
    const found = capacityReport(statsOf(records))?.hysteresis;
    if (found !== undefined) counts[found.verdict]++;
  }
  tell(`after an overload ${slowdown} times as slow, ${SEEDS.length} seeds`, counts);
  return counts;
}

test("a target that is what it was is never called worse, and hardly ever doubtful", () => {
  const { worse, "as-before": asBefore } = verdictsAt(1);
  expect(worse).toBe(0);
  expectAtLeast(asBefore, SEEDS.length, 90);
});

test("one that is 30 % slower for good is found out, and never called as before", () => {
  const { worse, "as-before": asBefore } = verdictsAt(1.3);
  expect(asBefore).toBe(0);
  expectAtLeast(worse, SEEDS.length, 85);
});
