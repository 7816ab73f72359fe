import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { type CapacityReport, capacityReport } from "../analysis/capacity/capacity-report.ts";
import { runFold } from "../analysis/run-fold.ts";
import type { RunStats } from "../analysis/run-stats.ts";
import { PlimsollError } from "../base/errors.ts";
import { EXIT, type ExitCode } from "../base/exit-codes.ts";
import { openJournal } from "../records/journal-file.ts";
import type { JournalOutcome } from "../records/journal-reader.ts";
import type { PlannedThreshold } from "../records/record.ts";
import type { ReportModel } from "../report/report-model.ts";
import type { Threshold } from "../spec/spec.ts";
import { judgeRun } from "../verdict/judge-run.ts";
import { judgeSearch } from "../verdict/judge-search.ts";
import { readThreshold } from "./threshold-flag.ts";

const JOURNAL_FILE = "run.plj";
const MOST_SUGGESTED = 3;
const WHERE_RUNS_ARE = "Give the folder that `plimsoll run` wrote: results, unless --out said otherwise.";

/** A journal read back: what it tells, and how whole it is. */
export interface ReadRun {
  readonly model: ReportModel;
  readonly outcome: JournalOutcome;
}

/** Folds and judges a journal; `extra` thresholds are judged beside the run's own. @throws RESULT_UNREADABLE */
export async function readRun(path: string, extra: readonly string[] = []): Promise<ReadRun> {
  refuseOtherFolder(path);
  const journal = await openJournal(path);
  let state = runFold.init();
  for await (const record of journal.records) state = runFold.step(state, record);
  const outcome = journal.outcome();
  return { model: judgeStats(runFold.done(state), extra), outcome };
}

/** What is not there, or a folder without a journal, is the wrong folder; where a run lies right below it, that one was meant. @throws RESULT_UNREADABLE */
export function refuseOtherFolder(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined)
    throw new PlimsollError("RESULT_UNREADABLE", `${path} does not exist`, { hint: WHERE_RUNS_ARE });
  if (!found.isDirectory() || existsSync(join(path, JOURNAL_FILE))) return;
  const below = readdirSync(path).filter(
    (name) => existsSync(join(path, name, JOURNAL_FILE)) || name.endsWith("_stats.csv"),
  );
  throw new PlimsollError("RESULT_UNREADABLE", `${path} is no run folder: it holds no ${JOURNAL_FILE}`, {
    hint:
      below.length === 0
        ? WHERE_RUNS_ARE
        : `Did you mean ${below
            .map((name) => join(path, name))
            .slice(0, MOST_SUGGESTED)
            .join(" or ")}?`,
  });
}

/** The one way from statistics to a judged model, for a run just ended, one that goes on (`isLive`) and a journal alike. */
export function judgeStats(
  stats: RunStats,
  extra: readonly string[] = [],
  { isLive = false }: { readonly isLive?: boolean } = {},
): ReportModel {
  const capacity = capacityReport(stats);
  if (capacity !== undefined) return judgedSearch(stats, capacity, extra, isLive);
  const thresholds = [
    ...stats.plan.thresholds.map((planned) => thresholdOf(stats, planned)),
    ...extra.map((expr) => thresholdOf(stats, { expr, strict: "interval", abort: false })),
  ];
  const judgement = judgeRun(stats, thresholds, { isLive, addedFrom: stats.plan.thresholds.length });
  return { stats, judgement: { ...judgement, exitCode: signalExitCode(stats.end) ?? judgement.exitCode } };
}

/** @throws USAGE for thresholds: the promises of a search were given to it, and its phases are not meant to keep them */
function judgedSearch(
  stats: RunStats,
  capacity: CapacityReport,
  extra: readonly string[],
  isLive: boolean,
): ReportModel {
  if (extra.length > 0)
    throw new PlimsollError("USAGE", "this is the result of a search, and thresholds judge runs", {
      hint: "Give the promise to the search instead: plimsoll find --slo 'p95<500ms'.",
    });
  const judgement = judgeSearch(stats, capacity, { isLive });
  return { stats, capacity, judgement: { ...judgement, exitCode: signalExitCode(stats.end) ?? judgement.exitCode } };
}

/** A run that a signal ended says so by its exit code, whatever it had measured until then. */
function signalExitCode(end: RunStats["end"]): ExitCode | undefined {
  if (end.kind !== "interrupted" || end.signal === undefined) return undefined;
  return end.signal === "SIGTERM" ? EXIT.sigterm : EXIT.sigint;
}

function thresholdOf(stats: RunStats, text: PlannedThreshold): Threshold {
  const names = {
    tasks: stats.plan.tasks.map((task) => task.name),
    profiles: stats.plan.phases.map((phase) => phase.name),
  };
  return { ...readThreshold(text.expr, names), strict: text.strict, abort: text.abort };
}
