/** What the terminal shows of two results: the answer, then each figure before and after, then what would settle it. */
import { AGGREGATED } from "../analysis/phase-totals.ts";
import { asClause } from "../base/clause.ts";
import { formatDuration } from "../base/format-number.ts";
import { changeFigure, metricTexts, ratioChangeFigure, taskLabel } from "../verdict/change-figure.ts";
import type { ComparedProfile, ComparedSideFacts, Comparison, MetricChange } from "../verdict/comparison-answer.ts";
import { capacityWords, openIntervalText } from "../verdict/comparison-sentence.ts";
import type { Judgement } from "../verdict/judgement.ts";
import { truncateToWidth } from "./display-width.ts";
import { printableLine } from "./printable.ts";
import { createStyle, paintOfVerdict, type Style, VERDICT_MARK } from "./style.ts";
import { joinSections, layoutWidth, markedLines } from "./terminal-layout.ts";
import { headLines, renderVerdictLine, type TerminalOptions } from "./terminal-summary.ts";
import { type Column, layoutTable, type Row, wrapText } from "./text-table.ts";

/** Its lines joined and ended by a line break; below 60 cells it is laid out as for 60. */
export function renderComparisonTerminal(comparison: Comparison, options: TerminalOptions): string {
  const style = createStyle(options.colour);
  const width = layoutWidth(options.width);
  const sections = [
    headSection(comparison, style, width),
    ...comparison.profiles.map((profile) => profileSection(profile, comparison.maxRegressionRatio, { style, width })),
    capacitySection(comparison, style, width),
    listSection("Next", comparison.advice, style, width),
    listSection("Notes", comparison.notes, style, width),
    filesSection(options, style),
  ];
  return joinSections(sections);
}

/** The verdict and its sentence alone, ended by a line break. */
export function renderComparisonLine(comparison: Comparison, colour: boolean): string {
  return renderVerdictLine(judgementOf(comparison), colour);
}

function judgementOf({ verdict, exitCode, because }: Comparison): Judgement {
  return { verdict, exitCode, because, thresholds: [], reasons: [], findings: [] };
}

function headSection(comparison: Comparison, style: Style, width: number): string[] {
  const { base, next, isPointsOnly } = comparison;
  const points = isPointsOnly ? ["point figures, no intervals"] : [];
  const facts = [`BASE ${sideText(base)}`, `NEW ${sideText(next)}`, ...points];
  return headLines(judgementOf(comparison), facts, style, width);
}

/** `baseline:main (6 runs, minilm)`; a spec that is called by its address says nothing more. */
function sideText({ name, runs }: ComparedSideFacts): string {
  const names = [...new Set(runs.map((run) => run.name))].filter((run) => !name.includes(run)).join(", ");
  const facts = [...(runs.length > 1 ? [`${runs.length} runs`] : []), ...(names === "" ? [] : [names])].join(", ");
  return facts === "" ? name : `${name} (${facts})`;
}

interface Layout {
  readonly style: Style;
  readonly width: number;
}

function profileSection(profile: ComparedProfile, maxRegressionRatio: number, { style, width }: Layout): string[] {
  const facts = factLines(profile, style, width);
  return [
    titleLine(profile, style, width),
    ...metricsTable(profile, style, width),
    ...whyLines(whyTexts(profile, maxRegressionRatio), style, width),
    ...(facts.length === 0 ? [] : ["", ...facts]),
  ];
}

function titleLine({ name, fromMs, toMs }: ComparedProfile, style: Style, width: number): string {
  const title = truncateToWidth(printableLine(name), width - 30);
  const window = fromMs === undefined || toMs === undefined ? "" : `  ${windowText(fromMs, toMs)} compared`;
  const rule = "─".repeat(Math.max(0, width - title.length - window.length - 4));
  return `${style.accent("──")} ${style.bold(title)}${style.dim(window)} ${style.accent(rule)}`.trimEnd();
}

function windowText(fromMs: number, toMs: number): string {
  return fromMs === 0 ? `first ${formatDuration(toMs)}` : `${formatDuration(fromMs)} to ${formatDuration(toMs)}`;
}

const COLUMNS: readonly Column[] = [
  { title: "Verdict" },
  { title: "task", minWidth: 12, maxWidth: 40 },
  { title: "figure" },
  { title: "BASE", align: "right", dropOrder: 1 },
  { title: "NEW", align: "right" },
  { title: "change", align: "right" },
  { title: "interval", align: "right", dropOrder: 2 },
  { title: "sees from", align: "right", dropOrder: 3 },
];

/** Points have neither intervals nor a least change: their columns go. */
function metricsTable({ metrics }: ComparedProfile, style: Style, width: number): string[] {
  const hasIntervals = metrics.some(({ change }) => change?.low !== undefined);
  const columns = hasIntervals ? COLUMNS : COLUMNS.slice(0, -2);
  const rows = metrics.map((metric) => metricRow(metric, style));
  return layoutTable(columns, rows, { width, titlePaint: style.dim });
}

function metricRow(metric: MetricChange, style: Style): Row {
  const { verdict } = metric;
  const mark = { text: `${VERDICT_MARK[verdict]} ${verdict}`, paint: paintOfVerdict(style, verdict) };
  return [mark, ...metricTexts(metric).map((text) => (metric.isDeciding ? { text, paint: style.bold } : text))];
}

/** Why figures cannot be told; all of the same reason together. */
export function whyTexts({ metrics, reasons }: ComparedProfile, maxRegressionRatio: number): readonly string[] {
  const shown = new Map<string, string[]>();
  for (const change of metrics) {
    const why = openIntervalText(change, maxRegressionRatio) ?? change.why;
    if (why === "" || reasons.includes(why)) continue;
    shown.set(why, [...(shown.get(why) ?? []), `${change.metric} of ${taskLabel(change.task)}`]);
  }
  return [...reasons, ...[...shown].map(([why, names]) => `${names.join(", ")}: ${asClause(why)}`)];
}

function whyLines(texts: readonly string[], style: Style, width: number): string[] {
  const mark = style.doubtful(VERDICT_MARK.inconclusive);
  const lines = texts.flatMap((why) => markedLines(mark, why, width));
  return lines.length === 0 ? [] : ["", ...lines];
}

const FACT_INDENT = 11;

function factLines(profile: ComparedProfile, style: Style, width: number): string[] {
  const facts: readonly (readonly [string, string])[] = [
    ["Runs", runsText(profile)],
    ["Run noise", noiseText(profile)],
    ["Sees", seesText(profile)],
    ...profile.warnings.map((warning) => ["Doubt", warning] as const),
  ];
  return facts
    .filter(([, text]) => text !== "")
    .flatMap(([title, text]) => {
      const [first = "", ...more] = wrapText(text, width - FACT_INDENT);
      const head = style.bold(title) + " ".repeat(FACT_INDENT - title.length) + first;
      return [head, ...more.map((line) => " ".repeat(FACT_INDENT) + line)];
    });
}

/** How the runs were set against each other. */
export function runsText({ isPaired, baseRunCount, nextRunCount, fromMs }: ComparedProfile): string {
  if (fromMs === undefined) return "";
  const cancels = "of the same schedule and requests (same spec and seed): what they share cancels out";
  if (isPaired && baseRunCount === nextRunCount)
    return `${baseRunCount === 1 ? "one pair" : `${baseRunCount} pairs`} ${cancels}`;
  const runs = (count: number, side: string): string => `${count === 1 ? "one run" : `${count} runs`} of ${side}`;
  const sides = `${runs(nextRunCount, "NEW")} against ${runs(baseRunCount, "BASE")}`;
  return isPaired ? `${sides}, ${cancels}` : `${sides}, not of the same schedule`;
}

/** Of the figure that decides. */
export function noiseText({ metrics }: ComparedProfile): string {
  const noise = metrics.find(({ isDeciding, noise: own }) => isDeciding && own !== undefined)?.noise;
  if (noise === undefined) return "";
  const size = ratioChangeFigure(noise.sigma).replace("+", "");
  return noise.isAssumed
    ? `${size} from run to run is supposed: five or more ${noise.isOfPairs ? "pairs" : "runs of BASE with the seed of NEW"} would tell it`
    : `${size} from run to run in p95, learned from ${noise.runCount} ${noise.isOfPairs ? "pairs" : "runs of BASE"}`;
}

/** The least rises that it would have called worse. */
export function seesText({ metrics }: ComparedProfile): string {
  const seen = metrics
    .filter(({ task, smallestSeen }) => task === AGGREGATED && smallestSeen !== undefined)
    .map((metric) => `${metric.metric} by ${changeFigure(metric, metric.smallestSeen ?? 0).replace("+", "")}`);
  return seen.length === 0 ? "" : `nine times in ten a rise of ${seen.join(", ")} would be called worse (all requests)`;
}

function capacitySection({ capacity }: Comparison, style: Style, width: number): string[] {
  if (capacity === undefined) return [];
  const { verdict, changeRatio } = capacity;
  const mark = paintOfVerdict(style, verdict)(`${VERDICT_MARK[verdict]} ${verdict}`);
  const [first = "", ...more] = wrapText(`${ratioChangeFigure(changeRatio)}: ${capacityWords(capacity)}`, width - 4);
  return [`${style.bold("Capacity")}  ${mark}`, `  ${first}`, ...more.map((line) => `  ${line}`)];
}

function listSection(title: string, lines: readonly string[], style: Style, width: number): string[] {
  if (lines.length === 0) return [];
  return [style.bold(title), ...lines.flatMap((text) => markedLines(style.dim("·"), text, width))];
}

function filesSection({ files }: TerminalOptions, style: Style): string[] {
  return files === undefined ? [] : [`${style.bold("Results")}  ${files.folder}: ${files.names.join("  ")}`];
}
