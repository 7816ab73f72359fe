import { expect, test } from "vitest";
import type { ComparedCourses } from "../../plimsoll/src/report/html-comparison.ts";
import { courseCharts, coursesMs } from "./course-charts.ts";

const BOTH: ComparedCourses = {
  profile: "steady",
  binMs: 2000,
  judgedFromMs: 4000,
  base: { p95: [80, 90, 85], completedPerSec: [40, 41, 39] },
  new: { p95: [100, null, 120, 110], completedPerSec: [40, 0, 38, 12] },
};
const NAMES = { baseName: "main", newName: "main" };

test("both sides stand on one axis from the start of their runs, as long as the longer of them", () => {
  const charts = courseCharts(BOTH, NAMES);
  expect(coursesMs(BOTH)).toBe(8000);
  expect(charts.map(({ title, subject }) => [title, subject])).toEqual([
    ["p95 of both", "steady"],
    ["Throughput of both", "steady"],
  ]);
  for (const { x } of charts) expect(x).toEqual({ kind: "time", values: [0, 2, 4, 6], max: 8, heading: "time_s" });
  expect(charts[0]!.lines.map(({ label, values }) => [label, values])).toEqual([
    ["base: main", [80, 90, 85, null]],
    ["new: main", [100, null, 120, 110]],
  ]);
  expect(charts[1]!.lines.map(({ values }) => values)).toEqual([
    [40, 41, 39, null],
    [40, 0, 38, 12],
  ]);
  expect(charts[0]!.y.extent).toEqual([80, 120]);
});

test("what both had before the comparison begins is set apart; the courses are told in words", () => {
  const [latency] = courseCharts(BOTH, NAMES);
  expect(latency!.spans).toEqual([{ kind: "warm-up", from: 0, to: 4, label: "warm-up" }]);
  expect(latency!.summary).toBe(
    "base: main: from 80.0 ms at the start to 85.0 ms at the end, highest 90.0 ms at 0:02. " +
      "new: main: from 100 ms at the start to 110 ms at the end, highest 120 ms at 0:04.",
  );
  expect(courseCharts({ ...BOTH, judgedFromMs: 0 }, NAMES)[0]!.spans).toEqual([]);
});
