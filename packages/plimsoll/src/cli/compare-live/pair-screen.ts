import { AGGREGATED } from "../../analysis/phase-totals.ts";
import type { RunStats } from "../../analysis/run-stats.ts";
import { formatDuration, formatMs, formatPerSec } from "../../base/format-number.ts";
import { truncateToWidth } from "../../report/display-width.ts";
import { type LiveModel, liveModelOf } from "../../report/live-model.ts";
import { progressBar } from "../../report/sparkline.ts";
import { createStyle, type Style } from "../../report/style.ts";
import type { ScreenOptions } from "../../report/terminal-live.ts";
import { MARK } from "../../report/terminal-summary.ts";
import { changeWithInterval } from "../../verdict/change-figure.ts";
import type { Comparison } from "../../verdict/comparison-answer.ts";
import type { Console } from "../console.ts";
import { createScreen } from "../progress.ts";
import type { RunWatch } from "../run-watch.ts";
import type { PairsSoFar } from "./live-comparison.ts";
import type { Side } from "./turns.ts";

/** Shows how a comparison of two targets goes. */
export interface PairProgress {
  /** The watch of one side's run. */
  of(side: Side): RunWatch;
  /** After each whole pair. */
  tell(pairs: PairsSoFar, isLast: boolean): void;
}

/** What is to be seen of one side while it runs. */
export interface SideView {
  readonly side: Side;
  readonly name: string;
  readonly live: LiveModel;
}

const SIDE_LABELS = { base: "BASE", next: "NEW" } as const;
const BAR_CELLS = 24;
/** Of the figures beside the bar. */
const FACT_CELLS = 44;
const LEAST_WIDTH = 60;
const SILENT: RunWatch = { start: () => {}, stop: () => {} };

/** A line after each pair; on a terminal the run that goes now below it, redrawn in place. */
export function createPairProgress(console: Console, names: Readonly<Record<Side, string>>): PairProgress {
  if (console.isQuiet) return { of: () => SILENT, tell: () => {} };
  const running = new Map<Side, { readonly stats: () => RunStats; readonly nowMs: () => number }>();
  const lines: string[] = [];
  const views = (): readonly SideView[] =>
    [...running].map(([side, { stats, nowMs }]) => ({ side, name: names[side], live: liveModelOf(stats(), nowMs()) }));
  const draw = (_stats: RunStats, _nowMs: number, size: ScreenOptions) =>
    pairScreen({ lines, running: views().find(({ live }) => isRunning(live)) }, size);
  const screen = console.isLive ? createScreen(console, draw) : SILENT;
  let endedCount = 0;
  return {
    of: (side) => ({
      start: (facts) => {
        running.set(side, { stats: facts.stats, nowMs: facts.control.nowMs });
        // What the second says before its run begins would be drawn over.
        if (running.size === 2) screen.start(facts);
      },
      stop: () => {
        if (++endedCount < 2) return;
        screen.stop();
        if (console.isLive) for (const line of lines) console.note(`${line}\n`);
      },
    }),
    tell: (pairs, isLast) => {
      const line = pairLine(pairs, { isLast, width: console.columns });
      lines.push(line);
      if (!console.isLive) console.note(`${line}\n`);
    },
  };
}

interface LineOptions {
  readonly isLast: boolean;
  readonly width: number;
}

/** `After 2 pairs: p95 +3.1 % (−1.2…+7.5 %), cannot be told yet`; no wider than the screen. */
export function pairLine({ comparison, fitCount, spoiltCount, isSpoilt }: PairsSoFar, options: LineOptions): string {
  const { isLast, width } = options;
  const again = isLast ? "" : ", it is measured again";
  const text = isSpoilt
    ? `Pair ${fitCount + spoiltCount} does not count: the generator was not fit${again}`
    : `After ${fitCount === 1 ? "1 pair" : `${fitCount} pairs`}: ${stateText(comparison, isLast)}`;
  return truncateToWidth(text, Math.max(LEAST_WIDTH, width));
}

function stateText({ profiles, verdict }: Comparison, isLast: boolean): string {
  const open = isLast ? "cannot be told" : "cannot be told yet";
  const state = { pass: "not worse", fail: "worse", inconclusive: open }[verdict];
  const metrics = profiles[0]?.metrics ?? [];
  const p95 = metrics.find(({ task, metric }) => task === AGGREGATED && metric === "p95");
  return p95?.change === undefined ? state : `p95 ${changeWithInterval(p95, p95.change)}, ${state}`;
}

/** Of the two, the one whose turn it is. */
function isRunning({ profile }: LiveModel): boolean {
  return profile !== undefined && profile.state !== "finished";
}

export interface PairView {
  /** Of the pairs so far. */
  readonly lines: readonly string[];
  /** Undefined between two runs. */
  readonly running: SideView | undefined;
}

/** The screen's lines: at most `height`, none wider than `width` (least 60). */
export function pairScreen({ lines, running }: PairView, size: ScreenOptions): readonly string[] {
  const style = createStyle(size.colour);
  const width = Math.max(LEAST_WIDTH, size.width);
  const now = running === undefined ? [style.dim("  the next run is about to begin")] : runLines(running, style, width);
  const room = Math.max(0, size.height - now.length);
  const told = lines.slice(Math.max(0, lines.length - room)).map((line) => truncateToWidth(line, width));
  return [...told, ...now];
}

function runLines({ side, name, live }: SideView, style: Style, width: number): readonly string[] {
  const { profile } = live;
  if (profile === undefined) return [];
  const state =
    profile.state === "draining"
      ? "draining"
      : `${formatDuration(Math.round(profile.elapsedMs / 1000) * 1000)} of ${formatDuration(profile.plannedMs)}`;
  const facts = [formatPerSec(profile.requestsPerSec, "req"), `p95 ${formatMs(profile.recentMs?.p95)}`, state];
  const label = SIDE_LABELS[side];
  const bar = progressBar(profile.progressRatio, Math.min(BAR_CELLS, width - FACT_CELLS));
  return [
    `${style.accent(MARK)} ${style.bold(label)} ${truncateToWidth(name, width - label.length - 3)}`,
    `  ${style.accent(bar)}  ${facts.join("  ")}`,
  ];
}
