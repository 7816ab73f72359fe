/** What `plimsoll check` says of another tool's result: the verdict on its point figures, and those figures. */
import type { ForeignResult, ForeignSource, ForeignTask } from "../analysis/foreign-result.ts";
import { formatCount, formatDuration, formatMs, formatPerSec, formatRatio, NO_VALUE } from "../base/format-number.ts";
import type { Judgement } from "../verdict/judgement.ts";
import { createStyle, type Style } from "./style.ts";
import { thresholdEntry } from "./summary-json.ts";
import { SUMMARY_SCHEMA_ID } from "./summary-schema.ts";
import { joinSections, layoutWidth } from "./terminal-layout.ts";
import { headLines, type TerminalOptions } from "./terminal-summary.ts";
import { thresholdsSection } from "./terminal-thresholds.ts";
import { type Column, layoutTable, type Row, wrapText } from "./text-table.ts";

const TOOL = {
  "locust-csv": "Locust CSV",
  "locust-json": "Locust JSON",
  "k6-summary": "k6 summary",
  "vllm-json": "vLLM bench serve",
  "guidellm-json": "guidellm",
  "aiperf-json": "aiperf",
  "oha-json": "oha",
  "vegeta-json": "Vegeta report",
  "plimsoll-summary": "Plimsoll summary",
} as const satisfies Record<ForeignSource, string>;

const COLUMNS: readonly Column[] = [
  { title: "Task", minWidth: 16, maxWidth: 44 },
  { title: "requests", align: "right" },
  { title: "failed %", align: "right" },
  { title: "req/s", align: "right" },
  { title: "mean", align: "right", dropOrder: 4 },
  { title: "p50", align: "right", dropOrder: 2 },
  { title: "p90", align: "right", dropOrder: 5 },
  { title: "p95", align: "right" },
  { title: "p99", align: "right", dropOrder: 1 },
  { title: "max", align: "right", dropOrder: 3 },
];

/** The text for the terminal, ended by a line break. */
export function renderForeignCheck(result: ForeignResult, judgement: Judgement, options: TerminalOptions): string {
  const style = createStyle(options.colour);
  const width = layoutWidth(options.width);
  const length = result.durationMs === undefined ? [] : [formatDuration(result.durationMs)];
  const facts = [result.name, TOOL[result.source], ...length, "point figures, no intervals"];
  const notes = new Set([...result.notes, ...judgement.findings.map((finding) => finding.message)]);
  const sections = [
    headLines(judgement, facts, style, width),
    thresholdsSection(judgement.thresholds, style, width),
    tasksTable(result.tasks, style, width),
    [...notes].flatMap((note) =>
      wrapText(note, width - 4).map((line, index) => style.dim(`  ${index === 0 ? "·" : " "} ${line}`)),
    ),
  ];
  return joinSections(sections);
}

function tasksTable(tasks: readonly ForeignTask[], style: Style, width: number): string[] {
  const rows = tasks.map((task): Row => {
    const at = (ratio: number): string => formatMs(task.quantilesMs.find((quantile) => quantile.ratio === ratio)?.ms);
    return [
      task.name,
      task.requests === undefined ? NO_VALUE : formatCount(task.requests),
      formatRatio(errorRatioOf(task)),
      formatPerSec(task.requestsPerSec),
      formatMs(task.meanMs),
      ...[0.5, 0.9, 0.95, 0.99].map(at),
      formatMs(task.maxMs),
    ];
  });
  return layoutTable(COLUMNS, rows, { width, titlePaint: style.dim });
}

function errorRatioOf({ requests, failures }: ForeignTask): number | undefined {
  return requests === undefined || requests === 0 || failures === undefined ? undefined : failures / requests;
}

/**
 * The same as a `plimsoll.summary/1` document: the tool in `source`, null for each figure its file lacks, and no
 * `arrivals`, `generator` or `serviceMs`, of which no other tool tells.
 */
export function renderForeignJson(result: ForeignResult, judgement: Judgement): string {
  const { verdict, exitCode, because, reasons, thresholds } = judgement;
  const document = {
    schema: SUMMARY_SCHEMA_ID,
    verdict,
    exitCode,
    because,
    reasons,
    thresholds: thresholds.map(thresholdEntry),
    profiles: [
      {
        name: result.name,
        source: result.source,
        startedAt: result.startedAt ?? null,
        durationMs: result.durationMs ?? null,
        tasks: result.tasks.map(taskEntry),
        ownThresholds: result.thresholds.map(({ expr, isMet }) => ({ expr, isMet: isMet ?? null })),
        notes: result.notes,
      },
    ],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function taskEntry(task: ForeignTask) {
  const quantiles = task.quantilesMs.map(({ ratio, ms }) => [quantileKey(ratio), ms]);
  return {
    name: task.name,
    method: task.method,
    requests: task.requests ?? null,
    failures: task.failures ?? null,
    errorRatio: errorRatioOf(task) ?? null,
    requestsPerSec: task.requestsPerSec ?? null,
    failuresPerSec: task.failuresPerSec ?? null,
    responseMs: {
      min: task.minMs ?? null,
      mean: task.meanMs ?? null,
      ...Object.fromEntries(quantiles),
      max: task.maxMs ?? null,
    },
  };
}

/** 0.95 → `p95`, 0.999 → `p999`, as in `summary.json`. */
function quantileKey(ratio: number): string {
  return `p${String(Number((ratio * 100).toFixed(4))).replace(".", "")}`;
}
