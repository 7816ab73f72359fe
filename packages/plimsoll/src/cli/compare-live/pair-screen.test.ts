import { describe, expect, test } from "vitest";
import { displayWidth } from "../../report/display-width.ts";
import { liveModelOf } from "../../report/live-model.ts";
import { sampleBuild } from "../../verdict/comparison-sample.ts";
import { comparePairs } from "./live-comparison.ts";
import { pairLine, pairScreen } from "./pair-screen.ts";

const BASE = sampleBuild();
const NAMES = { base: "http://old", next: "http://new" };
const WORSE = comparePairs({ base: BASE, next: sampleBuild({ slowdown: 1.5 }) }, NAMES, { maxRegressionRatio: 0.1 });
const OPEN = comparePairs({ base: BASE, next: sampleBuild({ slowdown: 1.06 }) }, NAMES, { maxRegressionRatio: 0.1 });
const SPOILT = comparePairs({ base: BASE, next: sampleBuild({ profile: { droppedPerSec: 3 } }) }, NAMES, {
  maxRegressionRatio: 0.1,
});
const size = (width: number) => ({ width, height: 23, colour: false });

describe("after a pair", () => {
  test("its line says what p95 has come to and whether that settles it", () => {
    expect(pairLine(WORSE, { isLast: true, width: 100 })).toMatch(/^After 1 pair: p95 \+50 % \(\+.*…\+.* %\), worse$/);
    expect(pairLine(OPEN, { isLast: false, width: 100 })).toMatch(/, cannot be told yet$/);
    expect(pairLine(OPEN, { isLast: true, width: 100 })).toMatch(/, cannot be told$/);
  });

  test("a pair that does not count is told, and measured again where there is time", () => {
    const text = "Pair 1 does not count: the generator was not fit";
    expect(pairLine(SPOILT, { isLast: false, width: 100 })).toBe(`${text}, it is measured again`);
    expect(pairLine(SPOILT, { isLast: true, width: 100 })).toBe(text);
  });
});

describe("the screen", () => {
  const stats = sampleBuild({ more: { end: "killed" } });
  const live = liveModelOf(stats, 20_000);
  const running = { side: "next", name: `http://127.0.0.1:8001/${"long/".repeat(40)}`, live } as const;

  test.each([60, 80, 140])("names the side that runs, and no line is wider than %i cells", (width) => {
    const lines = pairScreen({ lines: [pairLine(OPEN, { isLast: false, width })], running }, size(width));
    expect(lines).toHaveLength(3);
    expect(lines[1]).toContain("⦵ NEW http://127.0.0.1:8001/");
    expect(lines[2]).toMatch(/req\/s {2}p95 [\d.]+ ms {2}\d+ s of 1 m$/);
    expect(lines.filter((line) => displayWidth(line) > width)).toEqual([]);
  });

  test("of more pairs than there is room for the last are shown", () => {
    const lines = Array.from({ length: 40 }, (_, at) => `After ${at + 1} pairs`);
    const shown = pairScreen({ lines, running: undefined }, { ...size(80), height: 10 });
    expect(shown).toHaveLength(10);
    expect(shown.at(-2)).toBe("After 40 pairs");
  });
});
