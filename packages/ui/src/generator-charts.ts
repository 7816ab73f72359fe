/** Charts of the generator itself: what it was late and how hard it worked. */
import { formatMs, formatRatio } from "../../plimsoll/src/base/format-number.ts";
import type { ProfileData } from "../../plimsoll/src/report/html-data.ts";
import type { Chart, ChartFrame, ChartLine } from "./chart.ts";
import { coursesText, greatest } from "./chart-text.ts";
import { shortMs } from "./words.ts";

export function generatorCharts({ series }: ProfileData, frame: ChartFrame): Chart[] {
  const delays: ChartLine[] = [
    { label: "send lag p99", tone: "lag", values: series.sendLagP99Ms },
    { label: "loop delay p99", tone: "loop", values: series.loopDelayP99Ms, dash: "dashed" },
  ];
  const loads: ChartLine[] = [
    { label: "CPU", tone: "lag", values: series.cpuRatio },
    { label: "loop busy", tone: "loop", values: series.utilisationRatio, dash: "dashed" },
  ];
  return [
    {
      ...frame,
      title: "Generator: lateness",
      unit: "ours, never the target's",
      summary: coursesText(delays, series.atMs, formatMs),
      y: { kind: "linear", extent: [0, greatest(delays)], text: shortMs, unit: "ms" },
      heightPx: 84,
      lines: delays,
      limits: [],
    },
    {
      ...frame,
      title: "Generator: work",
      unit: "CPU: 100 % is one core; loop busy: of the busiest thread's time",
      summary: coursesText(loads, series.atMs, formatRatio),
      y: { kind: "linear", extent: [0, greatest(loads)], text: formatRatio, unit: "ratio" },
      heightPx: 84,
      lines: loads,
      limits: [],
    },
  ];
}
