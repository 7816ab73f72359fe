import { expect, test } from "vitest";
import { formatMs } from "../../plimsoll/src/base/format-number.ts";
import { reportDataOf } from "../../plimsoll/src/report/html-data.ts";
import { sampleReport } from "../../plimsoll/src/report/report-sample.ts";
import { subjectOf } from "./chart-subject.ts";
import { heatChart } from "./latency-charts.ts";

test("the heatmap tells the range of the tables, not the edges of its rows", () => {
  const profile = reportDataOf(sampleReport()).profiles[0]!;
  const { min, max } = profile.tasks.at(-1)!.responseMs!;
  const frame = { x: { kind: "time", values: [], max: 60, heading: "time_s" }, spans: [] } as const;
  expect(heatChart(subjectOf(profile, undefined)!, frame, []).summary).toBe(
    `Requests ended between ${formatMs(min)} and ${formatMs(max)}.`,
  );
});
