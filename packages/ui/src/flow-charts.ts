/** Charts of what was asked, sent and answered. */
import { formatCount, formatPerSec } from "../../plimsoll/src/base/format-number.ts";
import type { ProfileData } from "../../plimsoll/src/report/html-data.ts";
import type { Chart, ChartFrame, ChartLine } from "./chart.ts";
import type { Subject } from "./chart-subject.ts";
import { coursesText, greatest, hasAny } from "./chart-text.ts";
import { wholeBins } from "./whole-bins.ts";
import { shortNumber } from "./words.ts";

/** By turns, so that no two of one dash have colours that look alike to anybody. */
const ERROR_DASHES: readonly Pick<ChartLine, "dash">[] = [{}, { dash: "dashed" }, { dash: "dotted" }];
const ERROR_TONES = ["error-1", "error-2", "error-3", "error-4", "error-5", "error-6"];

export function throughputChart(profile: ProfileData, subject: Subject, frame: ChartFrame): Chart {
  const { series } = profile;
  const drawnCount = wholeBins(profile);
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
    summary: coursesText([completed, failed], series.atMs.slice(0, drawnCount), formatPerSec),
    y: { kind: "linear", extent: [0, greatest(lines)], text: shortNumber, unit: "per_s" },
    heightPx: 150,
    lines,
    drawnCount,
    limits: [],
  };
}

/** What the generator did, known of all tasks together only. */
function offeredLines({ planned, sent, dropped }: ProfileData["series"]): ChartLine[] {
  const lines: ChartLine[] = [
    { label: "sent", tone: "sent", values: sent },
    { label: "planned", tone: "planned", values: planned, dash: "dashed" },
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
export function errorChart(profile: ProfileData, subject: Subject, frame: ChartFrame): Chart | undefined {
  const { series } = profile;
  const { told, rare } = toldErrors(series.errors);
  const other = rare.length === 0 ? [] : [{ kind: "other", perSec: summed(rare.map(({ perSec }) => perSec)) }];
  const lines: readonly ChartLine[] =
    subject.counted === "due"
      ? [{ label: "all kinds", tone: "error-1", values: subject.failed }]
      : [...told, ...other].map((error, index) => ({
          label: error.kind,
          tone: ERROR_TONES[index]!,
          values: error.perSec,
          ...ERROR_DASHES[index % ERROR_DASHES.length],
        }));
  if (!lines.some((line) => hasAny(line.values))) return undefined;
  const drawnCount = wholeBins(profile);
  const isSummed = subject.counted !== "due" && rare.length > 0;
  return {
    ...frame,
    title: "Errors by kind",
    unit: isSummed ? `per second; other: ${rare.map(({ kind }) => kind).join(", ")}` : "per second",
    summary: coursesText(lines, series.atMs.slice(0, drawnCount), formatPerSec),
    y: { kind: "linear", extent: [0, greatest(lines)], text: shortNumber, unit: "per_s" },
    heightPx: 120,
    lines,
    drawnCount,
    limits: [],
  };
}

type KindSeries = ProfileData["series"]["errors"];

/** The kinds that have a line of their own, the most frequent, and the rest, which share one; each in its known order. */
function toldErrors(errors: KindSeries): { readonly told: KindSeries; readonly rare: KindSeries } {
  if (errors.length <= ERROR_TONES.length) return { told: errors, rare: [] };
  const total = ({ perSec }: KindSeries[number]): number => perSec.reduce<number>((all, one) => all + (one ?? 0), 0);
  const frequent = new Set([...errors].sort((a, b) => total(b) - total(a)).slice(0, ERROR_TONES.length - 1));
  return { told: errors.filter((one) => frequent.has(one)), rare: errors.filter((one) => !frequent.has(one)) };
}

/** Bin by bin; null where none of them knows. */
function summed(columns: readonly ChartLine["values"][]): ChartLine["values"] {
  return (columns[0] ?? []).map((_, index) => {
    const known = columns.flatMap((column) => column[index] ?? []);
    return known.length === 0 ? null : Number(known.reduce((all, one) => all + one, 0).toPrecision(6));
  });
}
