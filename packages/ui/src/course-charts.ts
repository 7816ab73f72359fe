/** Both sides of a comparison over time, each from the start of its own run. */
import { formatMs, formatPerSec } from "../../plimsoll/src/base/format-number.ts";
import type { ComparedCourse, ComparedCourses, ComparisonData } from "../../plimsoll/src/report/html-comparison.ts";
import type { Chart, ChartFrame, ChartLine } from "./chart.ts";
import { coursesText, extentOf, greatest } from "./chart-text.ts";
import { shortMs, shortNumber } from "./words.ts";

type Names = Pick<ComparisonData, "baseName" | "newName">;

/** p95 and throughput of one profile, one side over the other. */
export function courseCharts(both: ComparedCourses, names: Names): readonly Chart[] {
  const frame = frameOf(both);
  const atMs = frame.x.values.map((seconds) => seconds * 1000);
  // The side that ended sooner has nothing to show after its end.
  const padded = (values: ChartLine["values"]): ChartLine["values"] => atMs.map((_, index) => values[index] ?? null);
  const linesOf = (pick: (course: ComparedCourse) => ChartLine["values"]): readonly ChartLine[] => [
    { label: `base: ${names.baseName}`, tone: "users", values: padded(pick(both.base)), dash: "dashed" },
    { label: `new: ${names.newName}`, tone: "p95", values: padded(pick(both.new)) },
  ];
  const latency = linesOf(({ p95 }) => p95);
  const flow = linesOf(({ completedPerSec }) => completedPerSec);
  const shared = { ...frame, subject: both.profile, limits: [] };
  return [
    {
      ...shared,
      title: "p95 of both",
      unit: "response time from the scheduled start, by the time from each run's start, log scale",
      summary: coursesText(latency, atMs, formatMs),
      y: { kind: "log", extent: extentOf(latency.flatMap(({ values }) => values)), text: shortMs, unit: "ms" },
      heightPx: 190,
      lines: latency,
    },
    {
      ...shared,
      title: "Throughput of both",
      unit: "completed requests per second",
      summary: coursesText(flow, atMs, formatPerSec),
      y: { kind: "linear", extent: [0, greatest(flow)], text: shortNumber, unit: "per_s" },
      heightPx: 120,
      lines: flow,
    },
  ];
}

/** How long the longer of both took. */
export function coursesMs({ base, new: next, binMs }: ComparedCourses): number {
  return Math.max(base.p95.length, next.p95.length) * binMs;
}

function frameOf(both: ComparedCourses): ChartFrame {
  const { binMs, judgedFromMs } = both;
  const endMs = coursesMs(both);
  const values = Array.from({ length: endMs / binMs }, (_, index) => (index * binMs) / 1000);
  return {
    x: { kind: "time", values, max: endMs / 1000, heading: "time_s" },
    spans: judgedFromMs > 0 ? [{ kind: "warm-up", from: 0, to: judgedFromMs / 1000, label: "warm-up" }] : [],
  };
}
