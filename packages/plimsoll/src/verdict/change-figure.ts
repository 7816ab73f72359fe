/** Changes as sentences and tables say them: signed, in %, no more digits than they are worth. */
import { msFigure, ratioFigure } from "../analysis/figure.ts";
import { AGGREGATED } from "../analysis/phase-totals.ts";
import type { Change, MetricChange } from "./comparison-answer.ts";

type OfMetric = Pick<MetricChange, "metric">;

/** `+18 %`, errors `+2.1 pt`, that is 2.1 of a hundred requests; `±0 %`. */
export function changeFigure({ metric }: OfMetric, value: number): string {
  const text = signed(value);
  return `${text === "0" ? "±0" : text} ${unitOf(metric)}`;
}

/** `+12…+25 %`; empty for points. */
export function changeInterval({ metric }: OfMetric, { low, high }: Change): string {
  return low === undefined || high === undefined ? "" : `${signed(low)}…${signed(high)} ${unitOf(metric)}`;
}

/** `+18 % (+12…+25 %)`; points alone: `+18 %`. */
export function changeWithInterval(metric: OfMetric, change: Change): string {
  const interval = changeInterval(metric, change);
  return interval === "" ? changeFigure(metric, change.value) : `${changeFigure(metric, change.value)} (${interval})`;
}

/** `+18 %`. */
export function ratioChangeFigure(value: number): string {
  return changeFigure({ metric: "p95" }, value);
}

function unitOf(metric: MetricChange["metric"]): string {
  return metric === "errors" ? "pt" : "%";
}

/** `p95 of batch_embed`, `errors of all requests`, and ` in steady` where there are several loads. */
export function metricName({ metric, task }: Pick<MetricChange, "metric" | "task">, profile?: string): string {
  return `${metric} of ${taskLabel(task)}${profile === undefined ? "" : ` in ${profile}`}`;
}

export function taskLabel(task: string): string {
  return task === AGGREGATED ? "all requests" : task;
}

/** A value of the metric: `412 ms`, errors `1.2 %`; `–` without data. */
export function metricFigure({ metric }: Pick<MetricChange, "metric">, value: number | undefined): string {
  if (value === undefined) return "–";
  return metric === "errors" ? ratioFigure(value) : msFigure(value);
}

/** What a table tells of a metric: task, name, both sides, change, its interval, and the least change it would have seen. */
export function metricTexts(metric: MetricChange): readonly string[] {
  const { task, base, next, change, smallestSeen } = metric;
  return [
    taskLabel(task),
    metric.metric,
    metricFigure(metric, base),
    metricFigure(metric, next),
    change === undefined ? "–" : changeFigure(metric, change.value),
    change === undefined || change.low === undefined ? "–" : changeInterval(metric, change),
    smallestSeen === undefined ? "–" : changeFigure(metric, smallestSeen),
  ];
}

function signed(value: number): string {
  const percent = Math.abs(value * 100);
  if (!Number.isFinite(percent)) return "?";
  const digits = percent >= 9.95 ? 0 : percent >= 0.095 ? 1 : 2;
  const text = percent.toFixed(digits).replace(/\.?0+$/, (zeros) => (zeros.startsWith(".") ? "" : zeros));
  if (Number(text) === 0) return "0";
  return `${value < 0 ? "−" : "+"}${text}`;
}
