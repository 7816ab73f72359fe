/**
 * The four CSV files of `locust --csv`: columns, order and cell text of Locust 2.47, so that gates and dashboards made
 * for Locust read them. Three meanings differ, all on purpose: times run from the scheduled start; the last rows are
 * final (Locust drops the last second or so); history rates follow the clock, so a hanging target reads as 0 and not
 * as its last good rate. Rates of the total rows are of the run time alone, as with Locust, which waits for no answer
 * after it; ours does, and counts those answers, but not in the rates.
 */

import {
  LOCUST_PERCENTILES,
  locustBuckets,
  locustMedianMs,
  locustPercentileMs,
} from "../analysis/foreign/locust-percentile.ts";
import type { ProfileStats, TaskStats } from "../analysis/run-stats.ts";
import { epochMsOfIso, isoSecondsOfEpochMs } from "../base/wall-time.ts";
import { csvRow, csvText } from "./csv-text.ts";
import { pythonFloat } from "./python-float.ts";

const PERCENTILE_TITLES = LOCUST_PERCENTILES.map(([title]) => title);
const NO_PERCENTILES = PERCENTILE_TITLES.map(() => "N/A");

const STATS_TITLES = [
  "Type",
  "Name",
  "Request Count",
  "Failure Count",
  "Median Response Time",
  "Average Response Time",
  "Min Response Time",
  "Max Response Time",
  "Average Content Size",
  "Requests/s",
  "Failures/s",
  ...PERCENTILE_TITLES,
];

/** `<profile>_stats.csv`: a row a task by (name, type), then the total row, its type empty. */
export function renderStatsCsv(profile: ProfileStats): string {
  const rows = sortedTasks(profile).map((task) =>
    csvRow([
      csvText(task.method),
      csvText(task.name),
      String(task.requests),
      String(task.failures),
      ...latencyCells(task),
      pythonFloat(task.requestsPerSec),
      pythonFloat(task.failuresPerSec),
      ...percentileCells(task),
    ]),
  );
  return csvRow(STATS_TITLES) + rows.join("");
}

/** `<profile>_failures.csv`: how often each error occurred, with the seconds (UTC) in which it was first and last seen. */
export function renderFailuresCsv(profile: ProfileStats): string {
  const phaseEpochMs = epochMsOfIso(profile.startedAt);
  const seen = (atMs: number): string =>
    phaseEpochMs === undefined ? "" : isoSecondsOfEpochMs(phaseEpochMs + atMs - profile.startedAtMs);
  const rows = sortedTasks(profile)
    .filter((task) => task.name !== "Aggregated")
    .flatMap((task) =>
      task.errors.map((error) =>
        csvRow([
          csvText(task.method),
          csvText(task.name),
          csvText(error.message === "" ? error.kind : `${error.kind}: ${error.message}`),
          String(error.count),
          seen(error.firstAtMs),
          seen(error.lastAtMs),
        ]),
      ),
    );
  return csvRow(["Method", "Name", "Error", "Occurrences", "First Seen", "Last Seen"]) + rows.join("");
}

/** `<profile>_exceptions.csv`: Locust's list of faults in Python user code, of which there are none: its header alone. */
export function renderExceptionsCsv(): string {
  return csvRow(["Count", "Message", "Traceback", "Nodes"]);
}

/** Locust's order: by name, then type; the total last. */
function sortedTasks(profile: ProfileStats): TaskStats[] {
  const rank = (task: TaskStats): number => (task.name === "Aggregated" ? 1 : 0);
  return [...profile.tasks].sort(
    (a, b) => rank(a) - rank(b) || compareText(a.name, b.name) || compareText(a.method, b.method),
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function latencyCells(task: TaskStats): string[] {
  const { responseMs } = task;
  if (responseMs === undefined) return ["0", "0.0", "0", "0", "0"];
  const { min, mean, max } = responseMs;
  const medianMs = locustMedianMs(locustBuckets(task.responseBuckets, min, max), min, max);
  return [
    bucketOrFloat(medianMs),
    pythonFloat(mean),
    pythonFloat(min),
    pythonFloat(max),
    pythonFloat(task.meanBodyBytes),
  ];
}

/** A bucketed time prints as an integer, a clamped one as the float it is. */
export function bucketOrFloat(ms: number): string {
  return Number.isInteger(ms) ? String(ms) : pythonFloat(ms);
}

function percentileCells(task: TaskStats): string[] {
  const { responseMs } = task;
  if (responseMs === undefined) return NO_PERCENTILES;
  const buckets = locustBuckets(task.responseBuckets, responseMs.min, responseMs.max);
  return LOCUST_PERCENTILES.map(([, ratio]) => String(locustPercentileMs(buckets, ratio)));
}
