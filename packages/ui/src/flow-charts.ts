/** Charts of what was asked, sent and answered. */
import { formatCount, formatPerSec } from "../../plimsoll/src/base/format-number.ts";
import type { ProfileData } from "../../plimsoll/src/report/html-data.ts";
import type { Chart, ChartFrame, ChartLine } from "./chart.ts";
import type { Subject } from "./chart-subject.ts";
import { coursesText, greatest, hasAny } from "./chart-text.ts";
import { shortNumber } from "./words.ts";

/** By turns, so that no two of one dash have colours that look alike to anybody. */
const ERROR_DASHES: readonly Pick<ChartLine, "dash">[] = [{}, { dash: "dashed" }, { dash: "dotted" }];
const ERROR_TONES = ["error-1", "error-2", "error-3", "error-4", "error-5", "error-6"];

export function throughputChart({ series }: ProfileData, subject: Subject, frame: ChartFrame): Chart {
  const completed: ChartLine = {
    label: "completed",
    tone: "completed",
    values: subject.completed,
    isFilled: true,
  };
  const failed: ChartLine = { label: "failed", tone: "failed", values: subject.failed, dash: "dashed" };
  const lines: ChartLine[] =
    subject.name === undefined ? [completed, ...offeredLines(series), failed] : [completed, failed];
  return {
    ...frame,
    title: "Throughput",
    unit: "requests per second",
    summary: coursesText([completed, failed], series.atMs, formatPerSec),
    y: { kind: "linear", extent: [0, greatest(lines)], text: shortNumber, unit: "per_s" },
    heightPx: 150,
    lines,
    limits: [],
  };
}

/** What the generator did, known of all tasks together only. */
function offeredLines({ planned, sent, dropped }: ProfileData["series"]): ChartLine[] {
  const lines: ChartLine[] = [
    { label: "sent", tone: "sent", values: sent, isThin: true },
    { label: "planned", tone: "planned", values: planned, dash: "dashed", isThin: true },
    { label: "dropped", tone: "max", values: dropped, dash: "dotted" },
  ];
  return lines.filter(({ label, values }) => label === "sent" || hasAny(values));
}

export function loadChart({ series, planned }: ProfileData, frame: ChartFrame): Chart {
  const inFlight: ChartLine = { label: "in flight", tone: "in-flight", values: series.inFlight };
  const users: ChartLine = { label: "users", tone: "users", values: series.users, dash: "dashed" };
  const lines = planned.kind === "closed" ? [users, inFlight] : [inFlight];
  return {
    ...frame,
    title: planned.kind === "closed" ? "Users and requests in flight" : "Requests in flight",
    unit: "count",
    summary: coursesText(lines, series.atMs, formatCount),
    y: { kind: "linear", extent: [0, greatest(lines)], text: shortNumber, unit: undefined },
    heightPx: 120,
    lines,
    limits: [],
  };
}

/** Undefined when nothing failed. Of one task only the sum of its kinds is known by the second. */
export function errorChart({ series }: ProfileData, subject: Subject, frame: ChartFrame): Chart | undefined {
  const lines: readonly ChartLine[] =
    subject.counted === "due"
      ? [{ label: "all kinds", tone: "error-1", values: subject.failed }]
      : series.errors.slice(0, ERROR_TONES.length).map((error, index) => ({
          label: error.kind,
          tone: ERROR_TONES[index]!,
          values: error.perSec,
          ...ERROR_DASHES[index % ERROR_DASHES.length],
        }));
  if (!lines.some((line) => hasAny(line.values))) return undefined;
  return {
    ...frame,
    title: "Errors by kind",
    unit: "per second",
    summary: coursesText(lines, series.atMs, formatPerSec),
    y: { kind: "linear", extent: [0, greatest(lines)], text: shortNumber, unit: "per_s" },
    heightPx: 120,
    lines,
    limits: [],
  };
}
