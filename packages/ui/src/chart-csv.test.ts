import { describe, expect, test } from "vitest";
import type { Chart } from "./chart.ts";
import { chartCsv } from "./chart-csv.ts";
import { tailChart } from "./curve-chart.ts";

const CHART: Chart = {
  title: "Throughput",
  unit: "",
  summary: "",
  x: { kind: "time", values: [0, 1, 2, 3], max: 4, heading: "time_s" },
  y: { kind: "linear", extent: [0, 9], text: String, unit: undefined },
  heightPx: 100,
  lines: [
    { label: "completed", tone: "completed", values: [1, null, 3.25, 4] },
    { label: "=cmd", tone: "failed", values: [0, 0, 0, 1] },
  ],
  limits: [],
  spans: [],
};

describe("a chart as CSV", () => {
  test("a column a line, a gap empty, no label a formula", () => {
    expect(chartCsv(CHART, undefined)).toBe("time_s,completed,'=cmd\r\n0,1,0\r\n1,,0\r\n2,3.25,0\r\n3,4,1\r\n");
  });

  test("headings name the unit of what they head", () => {
    const line = (label: string) => ({ label, tone: "p95", values: [7] });
    const headOf = (unit: Chart["y"]["unit"]): string => {
      const lines = [line("p50"), line("send lag p99"), line("=cmd")];
      return chartCsv({ ...CHART, y: { ...CHART.y, unit }, lines }, undefined).split("\r\n")[0]!;
    };
    expect(headOf("ms")).toBe("time_s,p50_ms,send_lag_p99_ms,'=cmd_ms");
    expect(headOf("per_s")).toBe("time_s,p50_per_s,send_lag_p99_per_s,'=cmd_per_s");
    expect(headOf(undefined)).toBe("time_s,p50,send lag p99,'=cmd");
  });

  test("only the part that is shown", () => {
    expect(chartCsv(CHART, { from: 0.5, to: 2 })).toBe("time_s,completed,'=cmd\r\n1,,0\r\n2,3.25,0\r\n");
  });

  test("a heatmap by cell", () => {
    const heat = {
      columnMs: 2000,
      low: 16,
      rowCount: 1,
      maxCount: 7,
      columns: [
        [16, 7],
        [16, 2],
      ],
    };
    expect(chartCsv({ ...CHART, lines: [], heat }, undefined)).toBe(
      "time_s,from_ms,to_ms,requests\r\n0,10,11.5478,7\r\n2,10,11.5478,2\r\n",
    );
  });
});

describe("two distributions over one axis", () => {
  const short = { tails: [0, 1, 1.5], valuesMs: [10, 100, 200] };
  const long = { tails: [0, 1, 2, 2.25], valuesMs: [10, 100, 400, 500] };
  const chart = tailChart("both", [
    { curve: short, line: { label: "short", tone: "p95" } },
    { curve: long, line: { label: "long", tone: "users" } },
  ]);

  test("each is read at every place of the other, and ends at its own maximum", () => {
    expect(chart.x.values).toEqual([0, 1, 1.5, 2, 2.25]);
    expect(chart.lines[0]!.values).toEqual([10, 100, 200, null, null]);
    expect(chart.lines[1]!.values).toEqual([10, 100, 200, 400, 500].map((ms) => expect.closeTo(ms, 6)));
  });

  test("percentiles, not tails, are copied", () => {
    expect(chartCsv(chart, undefined).split("\r\n").slice(0, 4)).toEqual([
      "percentile,short_ms,long_ms",
      "0,10,10",
      "90,100,100",
      expect.stringMatching(/^96.837722,200,(?:200|199.9\d*|200.0\d*)$/),
    ]);
  });
});
