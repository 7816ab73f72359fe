/** `<prefix>_stats.csv` of Locust 1.6 to 2.47 (and of Plimsoll); columns are found by name, percentiles by the header. */
import { readCsv } from "../../base/csv-reader.ts";
import { PlimsollError } from "../../base/errors.ts";
import type { ForeignResult, ForeignTask } from "../foreign-result.ts";
import { AGGREGATED, foreignTask, knownQuantiles } from "./foreign-task.ts";

/**
 * @param isOurs whether the file was written by Plimsoll, which nothing in it tells: it is complete then
 * @throws RESULT_UNREADABLE when rows are torn or the total row is missing: a file read while Locust wrote it
 */
export function parseLocustStatsCsv(name: string, text: string, isOurs = false): ForeignResult {
  const [titles = [], ...rows] = readCsv(text);
  const torn = rows.find((row) => row.length !== titles.length);
  if (torn !== undefined) throw tornFile(name, `a row has ${torn.length} cells, its header ${titles.length}`);
  const tasks = rows.map((cells) => taskOf(titles, cells));
  if (tasks.at(-1)?.name !== AGGREGATED) throw tornFile(name, 'its last row is not "Aggregated"');
  const total = tasks.at(-1)!;
  return {
    source: "locust-csv",
    name,
    startedAt: undefined,
    durationMs: durationOf(total),
    tasks,
    thresholds: [],
    rounding: "locust-buckets",
    notes: [
      isOurs
        ? "The run.plj beside this file knows more: judge that for intervals, warm-up and generator health."
        : "Where Locust wrote this file, it lacks the last second or so of the run (locustio/locust#1806).",
      "Its percentiles are rounded to 1, 10, 100 or 1000 ms as they grow, so a limit within half a step of one is not decided.",
    ],
  };
}

function taskOf(titles: readonly string[], cells: readonly string[]): ForeignTask {
  const cell = (title: string): string => cells[titles.indexOf(title)] ?? "";
  const requests = numberIn(cell("Request Count"));
  const time = (title: string): number | undefined => (requests === 0 ? undefined : numberIn(cell(title)));
  const quantiles = titles.flatMap((title, index) => {
    const percent = /^(\d+(?:\.\d+)?)%$/.exec(title)?.[1];
    return percent === undefined ? [] : [{ ratio: ratioOfPercent(percent), ms: numberIn(cells[index] ?? "") }];
  });
  return foreignTask(cell("Name"), {
    method: cell("Type"),
    requests,
    failures: numberIn(cell("Failure Count")),
    requestsPerSec: numberIn(cell("Requests/s")),
    failuresPerSec: numberIn(cell("Failures/s")),
    quantilesMs: requests === 0 ? [] : knownQuantiles(quantiles),
    meanMs: time("Average Response Time"),
    minMs: time("Min Response Time"),
    maxMs: time("Max Response Time"),
  });
}

/** By moving the point in its text, since 99.9 / 100 is not 0.999. */
function ratioOfPercent(percent: string): number {
  return Number(`${percent}e-2`);
}

function numberIn(cell: string): number | undefined {
  if (cell.trim() === "") return undefined;
  const value = Number(cell);
  return Number.isFinite(value) ? value : undefined;
}

function durationOf({ requests, requestsPerSec }: ForeignTask): number | undefined {
  if (requests === undefined || requestsPerSec === undefined || requestsPerSec === 0) return undefined;
  return (requests / requestsPerSec) * 1000;
}

function tornFile(name: string, what: string): PlimsollError {
  return new PlimsollError("RESULT_UNREADABLE", `${name} is torn: ${what}.`, {
    hint: "Locust rewrites the file every second: read it after Locust has ended.",
  });
}
