import { runFold } from "../analysis/run-fold.ts";
import type { RunStats } from "../analysis/run-stats.ts";
import { EXIT, type ExitCode } from "../base/exit-codes.ts";
import { openJournal } from "../records/journal-file.ts";
import type { JournalOutcome } from "../records/journal-reader.ts";
import type { PlannedThreshold } from "../records/record.ts";
import type { ReportModel } from "../report/report-model.ts";
import type { Threshold } from "../spec/spec.ts";
import { judgeRun } from "../verdict/judge-run.ts";
import { readThreshold } from "./threshold-flag.ts";

/** A journal read back: what it tells, and how whole it is. */
export interface ReadRun {
  readonly model: ReportModel;
  readonly outcome: JournalOutcome;
}

/** Folds and judges a journal; `extra` thresholds are judged beside the run's own. @throws RESULT_UNREADABLE */
export async function readRun(path: string, extra: readonly string[] = []): Promise<ReadRun> {
  const journal = await openJournal(path);
  let state = runFold.init();
  for await (const record of journal.records) state = runFold.step(state, record);
  const outcome = journal.outcome();
  return { model: judgeStats(runFold.done(state), extra), outcome };
}

/** The one way from statistics to a judged model, for a run just ended and for a journal alike. */
export function judgeStats(stats: RunStats, extra: readonly string[] = []): ReportModel {
  const thresholds = [
    ...stats.plan.thresholds.map((planned) => thresholdOf(stats, planned)),
    ...extra.map((expr) => thresholdOf(stats, { expr, strict: "interval", abort: false })),
  ];
  const judgement = judgeRun(stats, thresholds);
  return { stats, judgement: { ...judgement, exitCode: signalExitCode(stats.end) ?? judgement.exitCode } };
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
