import { AGGREGATED } from "../../analysis/phase-totals.ts";
import type { RunStats } from "../../analysis/run-stats.ts";
import { formatDuration, formatMs, formatPerSec } from "../../base/format-number.ts";
import { type LiveModel, liveModelOf } from "../../report/live-model.ts";
import { progressBar } from "../../report/sparkline.ts";
import { changeWithInterval } from "../../verdict/change-figure.ts";
import type { Comparison } from "../../verdict/comparison-answer.ts";
import type { Console } from "../console.ts";
import { createScreen } from "../progress.ts";
import type { RunWatch } from "../run-watch.ts";
import type { Side } from "./turns.ts";

/** Shows how a comparison of two targets goes. */
export interface PairProgress {
  /** The watch of one side's run. */
  of(side: Side): RunWatch;
  /** After each whole pair. */
  tell(comparison: Comparison, pairCount: number): void;
}

const BAR_WIDTH = 24;
const SILENT: RunWatch = { start: () => {}, stop: () => {} };

/** A line after each pair; on a terminal the run that goes now below it, redrawn in place. */
export function createPairProgress(console: Console, names: Readonly<Record<Side, string>>): PairProgress {
  if (console.isQuiet) return { of: () => SILENT, tell: () => {} };
  const runs = new Map<Side, { readonly stats: () => RunStats; readonly nowMs: () => number }>();
  const pairs: string[] = [];
  const screen = console.isLive ? createScreen(console, () => [...pairs, "", ...currentLines(runs, names)]) : SILENT;
  let watching = 0;
  return {
    of: (side) => ({
      start: (facts) => {
        runs.set(side, { stats: facts.stats, nowMs: facts.control.nowMs });
        if (++watching === 1) screen.start(facts);
      },
      stop: () => {
        if (--watching > 0) return;
        screen.stop();
        if (console.isLive) for (const line of pairs) console.note(`${line}\n`);
      },
    }),
    tell: (comparison, pairCount) => {
      const line = `pair ${pairCount}: ${soFar(comparison)}`;
      pairs.push(line);
      if (!console.isLive) console.note(`${line}\n`);
    },
  };
}

/** `p95 +3.1 % (−1.2 to +7.5 %): cannot be told yet`. */
function soFar({ profiles, verdict }: Comparison): string {
  const metrics = profiles[0]?.metrics ?? [];
  const p95 = metrics.find(({ task, metric }) => task === AGGREGATED && metric === "p95");
  const state = { pass: "not worse", fail: "worse", inconclusive: "cannot be told yet" }[verdict];
  return p95?.change === undefined ? state : `p95 ${changeWithInterval(p95, p95.change)}: ${state}`;
}

function currentLines(
  runs: ReadonlyMap<Side, { readonly stats: () => RunStats; readonly nowMs: () => number }>,
  names: Readonly<Record<Side, string>>,
): readonly string[] {
  for (const [side, { stats, nowMs }] of runs) {
    const live = liveModelOf(stats(), nowMs());
    if (live.profile !== undefined && live.profile.state !== "finished") return [runLine(names[side], live)];
  }
  return ["about to begin"];
}

function runLine(name: string, { profile }: LiveModel): string {
  if (profile === undefined) return "about to begin";
  return [
    name,
    progressBar(profile.progressRatio, BAR_WIDTH),
    `${formatDuration(Math.round(profile.elapsedMs / 1000) * 1000)} / ${formatDuration(profile.plannedMs)}`,
    formatPerSec(profile.requestsPerSec, "req"),
    `p95 ${formatMs(profile.recentMs?.p95)}`,
  ].join("  ");
}
