/** `summary.md`, also what a GitHub step summary shows: verdict, thresholds, tasks, errors. */
import { latencyIntervals } from "../analysis/latency-intervals.ts";
import type { ProfileStats, TaskStats } from "../analysis/run-stats.ts";
import {
  formatCount,
  formatDuration,
  formatInterval,
  formatLimit,
  formatMs,
  formatPerSec,
  formatRatio,
  NO_VALUE,
} from "../base/format-number.ts";
import type { Finding, Judgement } from "../verdict/judgement.ts";
import { CLOSED_LOOP_NOTE } from "./closed-loop-note.ts";
import { commandAgain } from "./command-again.ts";
import { TABLE_INTERVALS, TABLE_TIMES, verdictTimesNote } from "./percentile-notes.ts";
import { printableLine } from "./printable.ts";
import type { ReportModel } from "./report-model.ts";
import { runLengthText } from "./run-length.ts";
import { searchBlocks } from "./search-markdown.ts";
import { HEALTH_MARK, VERDICT_MARK } from "./style.ts";
import { loadText } from "./terminal-profile.ts";
import { observedText } from "./terminal-thresholds.ts";

/** GitHub-flavoured Markdown, ended by a line break. */
export function renderMarkdown({ stats, judgement, capacity }: ReportModel): string {
  const { plan, end } = stats;
  const length = runLengthText(end);
  const blocks = [
    `## ⦵ ${VERDICT_MARK[judgement.verdict]} ${judgement.verdict.toUpperCase()}: ${escapeMarkdown(plan.name)}`,
    `**${escapeMarkdown(judgement.because)}**`,
    escapeMarkdown(judgement.brokeFirst?.sentence ?? ""),
    judgement.reasons
      .filter((reason) => !judgement.because.includes(reason))
      .map((reason) => `- ${escapeMarkdown(reason)}`)
      .join("\n"),
    `${codeSpan(plan.target)} · ${length} · seed ${plan.seed}`,
    thresholdsTable(judgement),
    verdictTimesNote(judgement.thresholds) ?? "",
    ...(capacity === undefined ? stats.profiles.map(profileBlock) : searchBlocks(capacity)),
    findingsList(judgement.findings, capacity !== undefined),
    stats.imbalances.map((text) => `- The books do not balance: ${escapeMarkdown(text)}`).join("\n"),
    `Run it again: ${codeSpan(commandAgain(stats))}`,
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

/**
 * `text` as one line that Markdown shows as it is, in a table cell too: no markup, HTML, link or mention comes of it.
 * Only what could act is escaped, so that the file reads well unrendered.
 */
export function escapeMarkdown(text: string): string {
  return printableLine(text)
    .replaceAll("&", "&amp;")
    .replace(/<(?! )/g, "&lt;")
    .replace(/(?<! )>|^>/g, "&gt;")
    .replace(/[\\`*[\]|~$]/g, "\\$&")
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\_")
    .replace(/^(\s*)([#+\-=]|\d+(?=[.)]))/, "$1\\$2")
    .replace(/^(\s*)\\(\d+)([.)])/, "$1$2\\$3")
    .replace(/:(?=\/\/)/g, "&#58;")
    .replace(/\b(www)\./gi, "$1&#46;")
    .replace(/(?<!\w)@(?=\w)/g, "@\u2060"); // GitHub looks for mentions after it has decoded entities
}

/** A code span that its content cannot end, and that a table cell survives. */
function codeSpan(text: string): string {
  const shown = printableLine(text).replaceAll("|", "\\|");
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return longest > 0 ? `${fence} ${shown} ${fence}` : fence + shown + fence;
}

type Align = ":--" | "--:";

function table(titles: readonly (readonly [string, Align])[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(titles.map(([title]) => title)), line(titles.map(([, align]) => align)), ...rows.map(line)].join("\n");
}

function thresholdsTable({ thresholds }: Judgement): string {
  if (thresholds.length === 0) return "";
  return table(
    [
      ["verdict", ":--"],
      ["threshold", ":--"],
      ["profile", ":--"],
      ["observed", "--:"],
      ["interval", "--:"],
      ["limit", "--:"],
      ["requests", "--:"],
      ["why", ":--"],
    ],
    thresholds.map(({ verdict, expr, profile, observed, limit, unit, why }) => [
      `${VERDICT_MARK[verdict]} ${verdict}`,
      escapeMarkdown(expr),
      escapeMarkdown(profile),
      observedText(observed, unit),
      formatInterval(observed?.low, observed?.high, unit),
      formatLimit(limit, unit),
      observed === undefined ? NO_VALUE : formatCount(observed.n),
      escapeMarkdown(why),
    ]),
  );
}

function profileBlock(profile: ProfileStats): string {
  const { generator, arrivals } = profile;
  const health = `generator ${HEALTH_MARK[generator.health]} ${generator.health}, send lag p99 ${formatMs(generator.sendLagMs.p99)}`;
  const facts = [
    loadText(profile),
    formatDuration(profile.durationMs),
    `${formatCount(arrivals.sent)} sent`,
    `${formatCount(arrivals.inFlightAtEnd)} in flight at end`,
    `${formatCount(arrivals.dropped)} dropped`,
    health,
  ].join(" · ");
  const reasons = generator.reasons.map((reason) => `- ${escapeMarkdown(reason)}`).join("\n");
  const note = profile.planned.kind === "closed" ? CLOSED_LOOP_NOTE : "";
  const blocks = [
    `### ${escapeMarkdown(profile.name)}`,
    facts,
    note,
    reasons,
    tasksTable(profile),
    intervalsNote(profile),
    errorsTable(profile),
  ];
  return blocks.filter((block) => block !== "").join("\n\n");
}

function tasksTable(profile: ProfileStats): string {
  const intervals = profile.tasks.map((task) => p95Interval(profile, task));
  const hasIntervals = intervals.some((interval) => interval !== NO_VALUE);
  return table(
    [
      ["task", ":--"],
      ["requests (ended)", "--:"],
      ["failed", "--:"],
      ["failed %", "--:"],
      ["rps (completed)", "--:"],
      ["p50", "--:"],
      ["p95", "--:"],
      ...(hasIntervals ? [["p95 interval", "--:"] as const] : []),
      ["p99", "--:"],
      ["max", "--:"],
    ],
    profile.tasks.map((task, index) => {
      const times = task.responseMs;
      const cells = [
        escapeMarkdown(task.name),
        formatCount(task.requests),
        formatCount(task.failures),
        formatRatio(task.errorRatio),
        formatPerSec(task.completedPerSec),
        ...[times?.p50, times?.p95].map(formatMs),
        ...(hasIntervals ? [intervals[index] ?? NO_VALUE] : []),
        ...[times?.p99, times?.max].map(formatMs),
      ];
      return task.name === "Aggregated" ? cells.map((cell) => `**${cell}**`) : cells;
    }),
  );
}

/** What the table and the intervals in it are of; empty without intervals. */
function intervalsNote(profile: ProfileStats): string {
  const [intervals] = profile.tasks.flatMap((task) => latencyIntervals(profile, task) ?? []);
  if (intervals?.p95 === undefined) return "";
  const { fromMs, confidence } = intervals;
  const part = fromMs > 0 ? `of the judged part, from ${formatDuration(fromMs)} on` : "of the judged part, all of it";
  return `Table: ${TABLE_TIMES}. Interval: ${part}; ${TABLE_INTERVALS}, right about ${Math.round(10 * confidence)} times in 10.`;
}

/** With its value where the warm-up cut makes it another than the whole phase's. */
function p95Interval(profile: ProfileStats, task: TaskStats): string {
  const p95 = latencyIntervals(profile, task)?.p95;
  if (p95 === undefined) return NO_VALUE;
  const span = formatInterval(p95.low, p95.high, "ms");
  return profile.warmup.cutMs > 0 ? `${formatMs(p95.value)} (${span})` : span;
}

function errorsTable({ tasks }: ProfileStats): string {
  const rows = tasks
    .filter((task) => task.name !== "Aggregated")
    .flatMap((task) => task.errors.map((error) => ({ task: task.name, error })))
    .sort((a, b) => b.error.count - a.error.count)
    .slice(0, 20)
    .map(({ task, error }) => [
      formatCount(error.count),
      error.kind,
      escapeMarkdown(task),
      escapeMarkdown(error.message),
    ]);
  return rows.length === 0
    ? ""
    : table(
        [
          ["errors", "--:"],
          ["kind", ":--"],
          ["task", ":--"],
          ["message", ":--"],
        ],
        rows,
      );
}

/** Those of a search name its loads themselves: the names of its steps would say them twice. */
function findingsList(findings: readonly Finding[], isSearch: boolean): string {
  if (findings.length === 0) return "";
  const lines = findings.map(({ level, profile, task, message }) => {
    const parts = isSearch ? [] : [profile, task].filter((part) => part !== undefined);
    const place = parts.map(escapeMarkdown).join(" ");
    return `- ${level}${place === "" ? "" : ` (${place})`}: ${escapeMarkdown(message)}`;
  });
  return ["### Findings", "", ...lines].join("\n");
}
