/** What the terminal shows when a run has ended: the answer, then its evidence, then the detail. */

import { formatDuration } from "../base/format-number.ts";
import type { Judgement } from "../verdict/judgement.ts";
import { commandAgain } from "./command-again.ts";
import { truncateToWidth } from "./display-width.ts";
import { printableLine } from "./printable.ts";
import type { ReportModel } from "./report-model.ts";
import { createStyle, paintOfVerdict, type Style, VERDICT_MARK } from "./style.ts";
import { joinSections, layoutWidth, markedLines } from "./terminal-layout.ts";
import { profileSection } from "./terminal-profile.ts";
import { searchSections } from "./terminal-search.ts";
import { thresholdsSection } from "./terminal-thresholds.ts";
import { layoutTable, wrapItems, wrapText } from "./text-table.ts";

/** The mark: a circle crossed by the load line. */
export const MARK = "⦵";

export interface TerminalOptions {
  /** Cells a line may take; below 60 it is laid out as for 60. */
  readonly width: number;
  readonly colour: boolean;
  /** Where the results lie, and their names; left out where nothing was written. */
  readonly files?: { readonly folder: string; readonly names: readonly string[] };
}

/** The summary, its lines joined and ended by a line break. */
export function renderTerminalSummary(model: ReportModel, options: TerminalOptions): string {
  const style = createStyle(options.colour);
  const width = layoutWidth(options.width);
  const sections = [
    headSection(model, style, width),
    thresholdsSection(model.judgement.thresholds, style, width),
    ...(model.capacity === undefined
      ? model.stats.profiles.map((profile) => profileSection(profile, style, width))
      : searchSections(model.capacity, style, width)),
    findingsSection(model, style, width),
    booksSection(model, style, width),
    filesSection(model, options, style, width),
  ];
  return joinSections(sections);
}

function headSection({ stats, judgement }: ReportModel, style: Style, width: number): string[] {
  const { plan, end } = stats;
  const length = end.kind === "complete" ? formatDuration(end.atMs) : `${end.kind} after ${formatDuration(end.atMs)}`;
  const facts = [
    `${plan.name} → ${plan.target}`,
    ...(stats.plan.search === undefined ? [countedProfiles(stats.profiles.length)] : []),
    length,
    `seed ${plan.seed}`,
  ];
  return headLines(judgement, facts, style, width);
}

/** The verdict with all that moved it, then what was judged. */
export function headLines(judgement: Judgement, facts: readonly string[], style: Style, width: number): string[] {
  const [first = "", ...more] = wrapItems(facts, width - 2);
  return [
    ...verdictLines(judgement, style, width),
    "",
    `${style.accent(MARK)} ${first}`,
    ...more.map((line) => `  ${line}`),
  ];
}

/** The verdict and what decided, on one line however long: all that `--quiet` leaves. */
export function renderVerdictLine({ verdict, because }: Judgement, colour: boolean): string {
  const style = createStyle(colour);
  return `${paintOfVerdict(style, verdict)(verdictWord(verdict))}  ${printableLine(because)}\n`;
}

function verdictWord(verdict: Judgement["verdict"]): string {
  return `${VERDICT_MARK[verdict]} ${verdict.toUpperCase()}`;
}

function countedProfiles(count: number): string {
  return `${count} ${count === 1 ? "profile" : "profiles"}`;
}

/** The verdict, what decided, what broke first, and what else moved it. */
function verdictLines(judgement: Judgement, style: Style, width: number): string[] {
  const { verdict } = judgement;
  const word = verdictWord(verdict);
  const indent = " ".repeat(word.length + 2);
  const [first = "", ...more] = wrapText(judgement.because, width - indent.length);
  const { brokeFirst } = judgement;
  const broke = brokeFirst === undefined ? [] : wrapText(brokeFirst.sentence, width - indent.length);
  const reasons = judgement.reasons
    .filter((reason) => !judgement.because.startsWith(reason))
    .flatMap((reason) => wrapText(reason, width - indent.length));
  return [
    `${style.bold(paintOfVerdict(style, verdict)(word))}  ${style.bold(first)}`,
    ...more.map((line) => indent + style.bold(line)),
    ...broke.map((line) => indent + line),
    ...reasons.map((line) => indent + style.dim(line)),
  ];
}

const LEVEL_MARK = { error: "✗", warning: "!", info: "·" } as const;

/** Those of a search name its loads themselves: the names of its steps would say them twice. */
function findingsSection({ judgement: { findings }, capacity }: ReportModel, style: Style, width: number): string[] {
  if (findings.length === 0) return [];
  const paints = { error: style.bad, warning: style.doubtful, info: style.dim };
  const lines = findings.flatMap(({ level, message, profile, task, fromMs, toMs }) => {
    const parts = capacity === undefined ? [profile, task].filter((part) => part !== undefined) : [];
    const place = parts.map((part) => truncateToWidth(printableLine(part), 24)).join(" ");
    const when =
      fromMs === undefined
        ? ""
        : toMs === undefined
          ? ` at ${formatDuration(fromMs)}`
          : ` ${formatDuration(fromMs)}–${formatDuration(toMs)}`;
    return markedLines(paints[level](LEVEL_MARK[level]), place === "" ? message : `${place}${when}: ${message}`, width);
  });
  return [style.bold("Findings"), ...lines];
}

/** Books that do not balance are our fault and never hidden. */
function booksSection({ stats }: ReportModel, style: Style, width: number): string[] {
  if (stats.imbalances.length === 0) return [];
  const lines = stats.imbalances.flatMap((text) => wrapText(text, width - 4).map((line) => `    ${line}`));
  return [style.bold(style.bad("The books do not balance")), ...lines];
}

function filesSection({ stats }: ReportModel, options: TerminalOptions, style: Style, width: number): string[] {
  const rows: [string, string][] = [];
  if (options.files !== undefined) {
    const names = wrapText(options.files.names.join("  "), width - 11);
    rows.push(["Results", options.files.folder], ...names.map((line): [string, string] => ["", line]));
  }
  rows.push(["Again", commandAgain(stats)]);
  const table = rows.map(([title, text]) => [{ text: title, paint: style.bold }, text]);
  return layoutTable([{ title: "" }, { title: "" }], table, { width: Number.POSITIVE_INFINITY });
}
