import { describe, expect, test } from "vitest";
import { foreignTask } from "../analysis/foreign/foreign-task.ts";
import type { ForeignTask } from "../analysis/foreign-result.ts";
import type { Comparison } from "./comparison-answer.ts";
import { sampleBuild } from "./comparison-sample.ts";
import { judgePointComparison } from "./judge-point-comparison.ts";
import { type PointResult, pairPoints, pointsOfRun } from "./point-result.ts";

function task(p95: number, more: Partial<ForeignTask> = {}): ForeignTask {
  return foreignTask("Aggregated", {
    requests: 1000,
    failures: 0,
    requestsPerSec: 40,
    quantilesMs: [
      { ratio: 0.5, ms: p95 / 2 },
      { ratio: 0.95, ms: p95 },
    ],
    ...more,
  });
}

function result(name: string, ...tasks: readonly ForeignTask[]): PointResult {
  return { name, tasks, rounding: "none", tool: "k6", reasons: [] };
}

function compare(base: PointResult, next: PointResult): Comparison {
  const facts = { name: "x", runs: [] };
  return judgePointComparison({
    base: facts,
    next: facts,
    pairs: pairPoints([base], [next]),
    maxRegressionRatio: 0.1,
    notes: [],
  });
}

describe("single figures", () => {
  test.each([
    [100, "pass"],
    [104.9, "pass"],
    [105, "inconclusive"],
    [109.9, "inconclusive"],
    [110, "fail"],
  ] as const)("p95 from 100 ms to %f ms is %s", (p95, verdict) => {
    const comparison = compare(
      result("a", task(100)),
      result("b", task(p95, { quantilesMs: [{ ratio: 0.95, ms: p95 }] })),
    );
    expect(comparison).toMatchObject({ verdict, isPointsOnly: true });
    expect(comparison.profiles[0]?.name).toBe("a → b");
    if (verdict !== "inconclusive") expect(comparison.because).toContain("point figures, without intervals");
  });

  test.each([
    [4, "pass"],
    [7, "inconclusive"],
    [10, "fail"],
  ] as const)("%i of 1000 failed where none did is %s", (failures, verdict) => {
    expect(compare(result("a", task(100)), result("b", task(100, { failures }))).verdict).toBe(verdict);
  });

  test("what a file does not tell, too few requests and none at all never pass", () => {
    const silent = task(100, { quantilesMs: [] });
    expect(compare(result("a", task(100)), result("b", silent)).verdict).toBe("inconclusive");
    expect(compare(result("a", task(100)), result("b", task(100, { failures: undefined }))).verdict).toBe(
      "inconclusive",
    );
    expect(compare(result("a", task(100)), result("b", task(100, { requests: 50 }))).verdict).toBe("inconclusive");
    expect(compare(result("a"), result("b")).verdict).toBe("inconclusive");
    const none = task(0, { requests: 0, quantilesMs: [] });
    expect(compare(result("a", none), result("b", none)).verdict).toBe("inconclusive");
  });

  test("where no p95 is told p99 decides", () => {
    const p99 = (ms: number) => task(0, { quantilesMs: [{ ratio: 0.99, ms }] });
    expect(compare(result("a", p99(100)), result("b", p99(101))).verdict).toBe("pass");
    expect(compare(result("a", p99(100)), result("b", p99(120))).verdict).toBe("fail");
  });

  test("a journal stands as points beside a file, and a spoilt one decides nothing", () => {
    const [points] = pointsOfRun(sampleBuild());
    expect(compare(points!, points!).verdict).toBe("pass");
    const [spoilt] = pointsOfRun(sampleBuild({ profile: { droppedPerSec: 3 } }));
    expect(compare(points!, spoilt!)).toMatchObject({ verdict: "inconclusive" });
  });

  test("two tools time a response each in its own way, which is told; one does not", () => {
    const own = result("a", task(100));
    const [ours] = pointsOfRun(sampleBuild());
    const doubtsOf = (next: PointResult) => compare(own, next).profiles[0]?.warnings.join(" ") ?? "";
    expect(doubtsOf(ours!)).toMatch(/^BASE was measured by k6, NEW by Plimsoll: tools time a response differently/);
    expect(doubtsOf({ ...own, tool: "Locust" })).toMatch(/^BASE was measured by k6, NEW by Locust: /);
    expect(doubtsOf(result("b", task(101)))).not.toContain("differently");
  });

  test("several loads belong together by name", () => {
    const [a, b, c] = ["a", "b", "c"].map((name) => result(name, task(100)));
    expect(pairPoints([a!, b!], [b!, c!]).map(({ name }) => name)).toEqual(["b"]);
    expect(pairPoints([a!, b!], [b!, a!], "a").map(({ name }) => name)).toEqual(["a"]);
  });
});
