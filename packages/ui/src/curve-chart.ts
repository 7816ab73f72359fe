/** Distributions read along their tail, as HdrHistogram draws them. */
import type { LatencySummary } from "../../plimsoll/src/analysis/run-stats.ts";
import { formatMs } from "../../plimsoll/src/base/format-number.ts";
import type { LatencyCurve } from "../../plimsoll/src/report/html-curve.ts";
import type { Chart, ChartLine } from "./chart.ts";
import type { Subject } from "./chart-subject.ts";
import { extentOf } from "./chart-text.ts";
import { shortMs } from "./words.ts";

/** Response and service time of a subject; undefined when none ended. */
export function curveChartOf({ task, name }: Subject): Chart | undefined {
  if (task === undefined || task.responseCurve.tails.length === 0) return undefined;
  const [response, service] = [task.responseCurve, task.serviceCurve];
  const chart = tailChart("How slow are the slowest", [
    { curve: response, line: { label: "response time", tone: "p95" } },
    { curve: service, line: { label: "service time", tone: "users", dash: "dashed" } },
  ]);
  return {
    ...chart,
    ...(name === undefined ? {} : { subject: name }),
    unit: "time by percentile, log tail; the whole phase",
    summary: distributionText(task.responseMs),
  };
}

interface TailLine {
  readonly curve: LatencyCurve;
  readonly line: Omit<ChartLine, "values">;
}

/** Several curves over one axis. */
export function tailChart(title: string, curves: readonly TailLine[]): Chart {
  const tails = [...new Set(curves.flatMap(({ curve }) => curve.tails))].sort((a, b) => a - b);
  const lines = curves
    .filter(({ curve }) => curve.tails.length > 0)
    .map(({ curve, line }): ChartLine => ({ ...line, values: tails.map((tail) => valueAt(curve, tail)) }));
  return {
    title,
    unit: "time by percentile, log tail",
    summary: "",
    x: { kind: "tail", values: tails, max: tails.at(-1) || 1, heading: "percentile" },
    y: { kind: "log", extent: extentOf(lines.flatMap((line) => line.values)), text: shortMs, unit: "ms" },
    heightPx: 190,
    lines,
    limits: [],
    spans: [],
  };
}

/** Between the points of a curve as the drawn line runs; null beyond its maximum. */
function valueAt({ tails, valuesMs }: LatencyCurve, tail: number): number | null {
  const after = tails.findIndex((candidate) => candidate >= tail);
  if (after < 0) return null;
  const [x, y] = [tails[after]!, valuesMs[after]!];
  if (x === tail || after === 0) return y;
  const [fromX, fromY] = [tails[after - 1]!, valuesMs[after - 1]!];
  const ratio = (tail - fromX) / (x - fromX);
  return fromY > 0 && y > 0 ? fromY * (y / fromY) ** ratio : y;
}

/** The figures of the tables, not of the curve, which is read at steps of its axis. */
function distributionText(ms: LatencySummary | undefined): string {
  if (ms === undefined) return "No request ended.";
  return `p50 ${formatMs(ms.p50)}, p90 ${formatMs(ms.p90)}, p99 ${formatMs(ms.p99)}, slowest ${formatMs(ms.max)}.`;
}
