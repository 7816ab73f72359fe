import { describe, expect, test } from "vitest";
import { type Chart, type ChartSpan, namedInLegend } from "./chart.ts";

const span = (kind: ChartSpan["kind"], label: string, from = 10, to = 20): ChartSpan => ({ kind, from, to, label });
const chartOf = (spans: readonly ChartSpan[], heightPx = 200): Chart => ({
  ...{ title: "Throughput", unit: "", summary: "", lines: [], limits: [], heightPx, spans },
  x: { kind: "time", values: [0, 100], max: 100, heading: "time_s" },
  y: { kind: "linear", extent: [0, 1], text: String, unit: "ms" },
});

describe("a legend tells of what is set apart in the picture", () => {
  test("a bar on top is a finding: its level and what was found, each once", () => {
    const spans = [span("error", "shed"), span("error", "shed", 30, 40), span("warning", "generator-degraded")];
    expect(namedInLegend(chartOf([...spans, span("warning", "STALLED_STEP")]))).toEqual([
      { kind: "error", label: "error: shed" },
      { kind: "warning", label: "warning: generator degraded, stalled step" },
    ]);
  });

  test("a shade is told where the picture is too low for its name, and only there", () => {
    const shades = [span("warm-up", "warm-up", 0, 20), span("drain", "drain", 98, 100)];
    expect(namedInLegend(chartOf(shades))).toEqual([]);
    expect(namedInLegend(chartOf(shades, 100))).toEqual([
      { kind: "warm-up", label: "warm-up" },
      { kind: "drain", label: "drain" },
    ]);
  });

  test("so is an interval", () => {
    expect(namedInLegend(chartOf([span("interval", "90 % interval")]))).toEqual([
      { kind: "interval", label: "90 % interval" },
    ]);
  });
});
