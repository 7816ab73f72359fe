import { describe, expect, test } from "vitest";
import type { Chart, ChartLimit, ChartSpan } from "./chart.ts";
import { limitLabelFeet } from "./limit-labels.ts";

const HEIGHT_PX = 200;
/** Of text in the size in which charts are written. */
const TEXT_PX = 13;

function chartWith(limits: readonly ChartLimit[], spans: readonly ChartSpan[] = []): Chart {
  return {
    title: "",
    unit: "",
    summary: "",
    x: { kind: "time", values: [0], max: 60, heading: "time_s" },
    y: { kind: "log", extent: [10, 1000], text: String, unit: "ms" },
    heightPx: HEIGHT_PX,
    lines: [],
    limits,
    spans,
  };
}

function feetOf(values: readonly number[], spans?: readonly ChartSpan[]): readonly number[] {
  return limitLabelFeet(
    chartWith(
      values.map((value, index) => ({ value, label: String(index) })),
      spans,
    ),
  );
}

/** Least distance between two labels. */
function leastGap(feet: readonly number[]): number {
  const sorted = [...feet].sort((a, b) => a - b);
  return Math.min(...sorted.slice(1).map((foot, index) => foot - sorted[index]!));
}

describe("the names of limits", () => {
  test("one stands on its line", () => {
    const [foot = 0] = feetOf([100]);
    expect(HEIGHT_PX / 2 - foot).toBeGreaterThan(0);
    expect(HEIGHT_PX / 2 - foot).toBeLessThan(TEXT_PX);
  });

  test.each([
    ["two of one value", [100, 100]],
    ["three of one value", [100, 100, 100]],
    ["values side by side", [104, 100, 108]],
    ["at the top of the plot", [1000, 990]],
  ])("%s do not lie over each other", (_, values) => {
    const feet = feetOf(values);
    expect(leastGap(feet)).toBeGreaterThanOrEqual(TEXT_PX);
    expect(Math.min(...feet)).toBeGreaterThan(0);
  });

  test("one that begins its line may stand beside one that ends its own", () => {
    const [first, second] = limitLabelFeet(
      chartWith([
        { value: 100, label: "a" },
        { value: 100, label: "b", isLabelFirst: true },
      ]),
    );
    expect(first).toBe(second);
  });

  test("the bar of the findings is kept free", () => {
    const finding: ChartSpan = { kind: "warning", from: 0, to: 60, label: "shed" };
    expect(feetOf([1400])[0]).toBeLessThan(TEXT_PX);
    expect(feetOf([1400], [finding])[0]).toBeGreaterThanOrEqual(TEXT_PX);
  });

  test("the name of the drain in the same corner is kept free", () => {
    const drain: ChartSpan = { kind: "drain", from: 59, to: 60, label: "drain" };
    const [free = 0] = feetOf([1000]);
    const [moved = 0] = feetOf([1000], [drain]);
    expect(free).toBeLessThan(25);
    expect(moved).toBeGreaterThanOrEqual(25);
  });
});
