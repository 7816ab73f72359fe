import { describe, expect, test } from "vitest";
import { type CapacityReport, capacityReport, type StepRow } from "../analysis/capacity/capacity-report.ts";
import { askedSearch, imaginedSearch, stationAnswer, statsOf } from "../analysis/capacity/imagined-search.ts";
import { loadLine } from "./load-axis.ts";
import { searchCurve } from "./search-curve.ts";

const RECORDS = imaginedSearch({
  asked: askedSearch({ budgetMs: 120_000, startLoad: 30, levels: [] }),
  seed: 5,
  limitsMs: [500],
  target: () => stationAnswer(8, 100),
});
const REPORT = capacityReport(statsOf(RECORDS))!;
const SIZE = { cells: 40, rows: 9 };

/** From 10/s on, ten times as much in 20 cells; `badCount` of 10,000 at each load. */
function reportOf(...bad: readonly (readonly [number, number])[]): CapacityReport {
  const steps = [[10, 0] as const, ...bad, [1000, 10_000] as const].map(
    ([load, badCount]): StepRow => ({
      ...REPORT.steps[0]!,
      load,
      isHeld: badCount <= 500,
      counts: [{ count: 10_000, badCount }],
    }),
  );
  return { ...REPORT, steps };
}

/** Row and cell of each mark, from the left. */
function placesOf(report: CapacityReport, mark: string): (readonly [number, number])[] {
  const indent = loadLine(report, SIZE.cells)!.indexOf(" ") + 1;
  const places = searchCurve(report, SIZE).flatMap((line, row) =>
    [...line].flatMap((cell, at) => (cell === mark ? [[row, at - indent] as const] : [])),
  );
  return places.sort((a, b) => a[1] - b[1] || b[0] - a[0]);
}

describe("the curve of a search", () => {
  test("has each step over its place on the load line, by its share of bad requests: none at the foot, all on top", () => {
    const report = reportOf([31.7, 500], [100.1, 1058], [317, 2237]);
    expect(placesOf(report, "✓")).toEqual([
      [8, 0],
      [4, 10],
    ]);
    expect(placesOf(report, "✗")).toEqual([
      [3, 20],
      [2, 30],
      [0, 39],
    ]);
  });

  test("has what is allowed in the middle, and says what the rows are", () => {
    const lines = searchCurve(reportOf(), SIZE);
    expect(lines).toHaveLength(9);
    expect([lines[0], lines[4], lines[8]]).toEqual([
      expect.stringMatching(/ 100 % bad$/),
      expect.stringMatching(/┄ 5 % allowed$/),
      expect.stringMatching(/ 0\.25 % or less$/),
    ]);
  });

  test("has a fit that rises, and passes what is allowed where the load line has the capacity", () => {
    const fit = placesOf(REPORT, "•");
    const rows = fit.map(([row]) => row);
    expect(new Set(rows).size).toBeGreaterThan(2);
    expect(rows).toEqual([...rows].sort((a, b) => b - a));
    const line = loadLine(REPORT, SIZE.cells)!;
    const here = line.indexOf("●") - line.indexOf(" ") - 1;
    const [before, after] = [fit.filter(([row]) => row > 4).at(-1)!, fit.find(([row]) => row < 4)!];
    expect(before[1]).toBeLessThanOrEqual(here);
    expect(after[1]).toBeGreaterThanOrEqual(here);
  });

  test("is not drawn before anything broke", () => {
    expect(searchCurve({ ...REPORT, estimate: { ...REPORT.estimate!, isBroken: false } }, SIZE)).toEqual([]);
  });
});
