import { describe, expect, test } from "vitest";
import { reportDataOf } from "../../plimsoll/src/report/html-data.ts";
import { sampleReport } from "../../plimsoll/src/report/report-sample.ts";
import { chartCsv } from "./chart-csv.ts";
import { subjectOf } from "./chart-subject.ts";
import { errorChart, throughputChart } from "./flow-charts.ts";

const sample = reportDataOf(sampleReport()).profiles[0]!;
const FRAME = { x: { kind: "time", values: [0, 1, 2], max: 3, heading: "time_s" }, spans: [] } as const;

/** A minute's end: the last second is one of draining, and only 40 ms of it were watched. */
const ENDED = { durationMs: 2000, drainMs: 40, isFinished: true } as const;

function profileWith(errors: readonly (readonly [string, readonly (number | null)[]])[], more: object = {}) {
  const series = { ...sample.series, binMs: 1000, atMs: [0, 1000, 2000], completed: [40, 38, 2], failed: [3, 2, 1] };
  const perSec = errors.map(([kind, values]) => ({ kind, perSec: values }));
  return { ...sample, series: { ...series, errors: perSec }, ...more };
}

describe("errors by kind", () => {
  const KINDS = [
    ["reset", [1, 0, 1]],
    ["truncated", [0, 0.25, 0]],
    ["protocol", [0, 1, null]],
    ["timeout", [0.1, 0.2, null]],
    ["http-3xx", [0, 0, 0.5]],
    ["http-4xx", [2, 0, 0]],
    ["http-429", [0, 3, 0]],
    ["http-5xx", [5, 5, 5]],
    ["expectation", [2, 2, 2]],
  ] as const;

  test("the most frequent have a line each, the others one together that makes the sum right, and it says which", () => {
    const profile = profileWith(KINDS);
    const chart = errorChart(profile, subjectOf(profile, undefined)!, FRAME)!;
    expect(chart.lines.map(({ label }) => label)).toEqual([
      ...["reset", "http-4xx", "http-429", "http-5xx", "expectation"],
      "other",
    ]);
    expect(chart.unit).toBe("per second; other: truncated, protocol, timeout, http-3xx");
    for (const [index] of FRAME.x.values.entries()) {
      const drawn = chart.lines.reduce((sum, { values }) => sum + (values[index] ?? 0), 0);
      const counted = KINDS.reduce((sum, [, values]) => sum + (values[index] ?? 0), 0);
      expect(drawn).toBeCloseTo(counted, 9);
    }
    expect(chartCsv(chart, undefined).split("\r\n")[0]).toContain("http-5xx");
    expect(chart.summary).toContain("http-5xx: from 5.00/s");
  });

  test("six kinds are six lines and no others", () => {
    const profile = profileWith(KINDS.slice(0, 6));
    const chart = errorChart(profile, subjectOf(profile, undefined)!, FRAME)!;
    expect(chart.lines.map(({ label }) => label)).toEqual(KINDS.slice(0, 6).map(([kind]) => kind));
    expect(chart.unit).toBe("per second");
  });
});

describe("the last second", () => {
  const drawnOf = (more: object) => {
    const profile = profileWith([], more);
    return throughputChart(profile, subjectOf(profile, undefined)!, FRAME);
  };

  test("of which little was watched is not drawn as a fall, but copied", () => {
    const chart = drawnOf(ENDED);
    expect(chart.drawnCount).toBe(2);
    expect(chart.summary).toContain("completed: from 40.0/s at the start to 38.0/s at the end");
    expect(chartCsv(chart, undefined)).toMatch(/\r\n2,2,/);
  });

  test.each([
    ["watched whole", { ...ENDED, drainMs: 1000 }],
    ["of a run that goes on", { ...ENDED, isFinished: false }],
  ])("%s is drawn", (_, more) => {
    expect(drawnOf(more).drawnCount).toBe(3);
    expect(drawnOf(more).summary).toContain("to 2.00/s at the end");
  });
});
