import { stat } from "node:fs/promises";
import { join } from "node:path";
import { wholeStepCount } from "../../analysis/capacity/search-progress.ts";
import { countOfFigure } from "../../analysis/figure.ts";
import { runFold } from "../../analysis/run-fold.ts";
import type { RunStats } from "../../analysis/run-stats.ts";
import { PlimsollError } from "../../base/errors.ts";
import type { EarlierRun } from "../../fleet/coordinator.ts";
import { EVENT_CODES } from "../../records/event-codes.ts";
import { openJournal } from "../../records/journal-file.ts";
import type { JournalRecord, PlannedSearch, PlanRecord } from "../../records/record.ts";

/** A search that was interrupted: what it had measured in whole steps, and the seed it goes on with. */
export interface EarlierSearch {
  readonly run: EarlierRun;
  readonly seed: number;
}

/** Between the last of the old and the first of the new, on the run clock. */
const GAP_MS = 1000;

/**
 * Reads what a search in this folder had measured; the step in which it was interrupted is run again.
 * @throws USAGE when there is no search to go on with, or another was asked for; RESULT_UNREADABLE
 */
export async function readEarlierSearch(dir: string, asked: PlannedSearch, target: string): Promise<EarlierSearch> {
  if ((await stat(join(dir, "run.plj")).catch(() => undefined)) === undefined)
    throw new PlimsollError("USAGE", `there is no search to go on with in ${dir}`, {
      hint: "Leave --resume out to begin one.",
    });
  const journal = await openJournal(dir);
  const records: JournalRecord[] = [];
  for await (const { n: _, ...record } of journal.records) records.push(record);
  const plan = records.find((record) => record.k === "plan");
  refuseOther(plan, asked, target, dir);
  const phaseCount = wholeStepCount(statsOf(records));
  const kept = records.filter((record) => isOfWhole(record, phaseCount));
  const lastMs = Math.max(0, ...kept.flatMap((record) => (record.k === "phase" ? [record.atMs] : [])));
  const atMs = lastMs + GAP_MS;
  const message = `The search goes on after ${countOfFigure(phaseCount, "whole step")} of an interrupted one.`;
  return {
    seed: plan?.seed ?? 0,
    run: {
      records: [...kept, { k: "ev", code: EVENT_CODES.resumed, level: "info", atMs, message }],
      phaseCount,
      atMs,
    },
  };
}

/** @throws USAGE */
function refuseOther(plan: PlanRecord | undefined, asked: PlannedSearch, target: string, dir: string): void {
  if (plan?.search === undefined)
    throw new PlimsollError("USAGE", `what lies in ${dir} is no search`, { hint: "Leave --resume out to begin one." });
  if (plan.target !== target)
    throw new PlimsollError("USAGE", `the search in ${dir} was of ${plan.target}, not of ${target}`);
  if (questionOf(plan.search) === questionOf(asked)) return;
  throw new PlimsollError("USAGE", `the search in ${dir} was asked something else`, {
    hint: "Give the same --slo, --by, --start, --max-rate or --max-users, --target-rate or --target-users; only --budget, --levels and --no-overload may change.",
  });
}

/** What the steps so far are an answer to; how long they take and what comes after them may change. */
function questionOf({ by, slos, thinkMs, startLoad, maxLoad, targetLoad }: PlannedSearch): string {
  return JSON.stringify({ by, slos, thinkMs, startLoad, maxLoad, targetLoad });
}

/** What these records make of a run. */
function statsOf(records: readonly JournalRecord[]): RunStats {
  return runFold.done(records.reduce((state, record) => runFold.step(state, record), runFold.init()));
}

function isOfWhole(record: JournalRecord, phaseCount: number): boolean {
  switch (record.k) {
    case "t0":
      return true;
    case "phase":
    case "d":
    case "step":
    case "ckpt":
      return record.phase < phaseCount;
    case "ev":
      return record.phase !== undefined && record.phase < phaseCount;
    default:
      return false;
  }
}
