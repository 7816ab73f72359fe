/** Charts of what the target told of itself, on the clock of a profile. */
import { formatBytes } from "../../plimsoll/src/base/format-number.ts";
import type { ProfileData, ReportData } from "../../plimsoll/src/report/html-data.ts";
import type { Chart, ChartFrame, ChartLine } from "./chart.ts";
import { coursesText, greatest, hasAny } from "./chart-text.ts";
import { compactNumber } from "./words.ts";

/** A small chart a metric, for as long as the profile ran; none for a metric that never was anything but 0 or absent. */
export function observedCharts(
  { startedAtMs }: ProfileData,
  observations: ReportData["observations"],
  frame: ChartFrame,
): Chart[] {
  if (observations === undefined) return [];
  const { atMs, names, isRate, values } = observations;
  const shown = atMs
    .map((ms, index) => ({ atMs: ms - startedAtMs, index }))
    .filter((point) => point.atMs >= 0 && point.atMs <= frame.x.max * 1000);
  const times = shown.map((point) => point.atMs);
  return names.flatMap((name, metric) => {
    const line: ChartLine = {
      label: name,
      tone: "lag",
      values: shown.map(({ index }) => values[metric]?.[index] ?? null),
    };
    if (!hasAny(line.values)) return [];
    const text = isBytes(name) ? formatBytes : compactNumber;
    return {
      ...frame,
      x: { ...frame.x, values: times.map((ms) => ms / 1000) },
      title: `Target: ${name}`,
      unit: `as the target tells it${isRate[metric] ? ", increase per second" : ""}`,
      summary: coursesText([line], times, text),
      y: { kind: "linear", extent: [0, greatest([line])], text, unit: isRate[metric] ? "per_s" : undefined },
      heightPx: 84,
      lines: [line],
      limits: [],
    };
  });
}

/** By the naming rule of Prometheus; labels do not count. */
function isBytes(name: string): boolean {
  return /_bytes(?:_total)?$/.test(name.replace(/\{.*$/s, ""));
}
