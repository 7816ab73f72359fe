/** What `plimsoll check` says of another tool's result: the answer, its thresholds, and the rows it was judged from. */
import type { ForeignResult, ForeignTask } from "../analysis/foreign-result.ts";
import type { Judgement } from "../verdict/judgement.ts";
import { formatCount, formatMs, formatPerSec, formatRatio, NO_VALUE } from "./format-number.ts";
import { printable } from "./printable.ts";
import { createStyle, paintOfVerdict, VERDICT_MARK } from "./style.ts";
import { SUMMARY_SCHEMA_ID } from "./summary-schema.ts";
import type { TerminalOptions } from "./terminal-summary.ts";
import { thresholdsSection } from "./terminal-thresholds.ts";
import { type Column, layoutTable, wrapText } from "./text-table.ts";

const COLUMNS: readonly Column[] = [
  { title: "task", minWidth: 12, maxWidth: 40 },
  { title: "requests", align: "right" },
  { title: "failed", align: "right" },
  { title: "req/s", align: "right", dropOrder: 1 },
  { title: "p50", align: "right" },
  { title: "p95", align: "right" },
  { title: "p99", align: "right" },
  { title: "max", align: "right", dropOrder: 2 },
];

export function renderForeignCheck(result: ForeignResult, judgement: Judgement, options: TerminalOptions): string {
  const style = createStyle(options.colour);
  const width = Math.max(60, options.width);
  const { verdict } = judgement;
  const headline = paintOfVerdict(style, verdict)(style.bold(`${VERDICT_MARK[verdict]} ${verdict.toUpperCase()}`));
  const sections = [
    [
      headline,
      ...wrapText(judgement.because, width),
      style.dim(`${printable(result.name)} (${result.source}), point figures: no intervals`),
    ],
    thresholdsSection(judgement.thresholds, style, width),
    layoutTable(COLUMNS, result.tasks.map(taskRow), { width, titlePaint: style.dim }),
    judgement.findings.flatMap(({ message }) => wrapText(`· ${message}`, width)),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

/** One document in the shape of `summary.json`, holding what the file gave; what it did not is left out. */
export function renderForeignJson(result: ForeignResult, judgement: Judgement): string {
  const { verdict, exitCode, because, thresholds } = judgement;
  const profile = {
    name: result.name,
    source: result.source,
    startedAt: result.startedAt,
    durationMs: result.durationMs,
    tasks: result.tasks.map((task) => ({
      name: task.name,
      requests: task.requests,
      failures: task.failures,
      requestsPerSec: task.requestsPerSec,
      failuresPerSec: task.failuresPerSec,
      responseMs: responseOf(task),
    })),
  };
  return `${JSON.stringify({ schema: SUMMARY_SCHEMA_ID, verdict, exitCode, because, thresholds, profiles: [profile] }, null, 2)}\n`;
}

function responseOf(task: ForeignTask): Record<string, number | undefined> {
  const quantiles = task.quantilesMs.map(({ ratio, ms }) => [
    `p${String(+(ratio * 100).toFixed(4)).replace(".", "")}`,
    ms,
  ]);
  return { min: task.minMs, mean: task.meanMs, ...Object.fromEntries(quantiles), max: task.maxMs };
}

function taskRow(task: ForeignTask): readonly string[] {
  const at = (ratio: number) =>
    formatMs(task.quantilesMs.find((quantile) => Math.abs(quantile.ratio - ratio) < 1e-9)?.ms);
  const isCounted = task.requests !== undefined && task.failures !== undefined;
  return [
    task.name,
    task.requests === undefined ? NO_VALUE : formatCount(task.requests),
    isCounted && task.requests! > 0 ? formatRatio(task.failures! / task.requests!) : NO_VALUE,
    formatPerSec(task.requestsPerSec),
    at(0.5),
    at(0.95),
    at(0.99),
    formatMs(task.maxMs),
  ];
}
