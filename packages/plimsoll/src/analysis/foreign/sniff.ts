/** Which tool wrote a result file, told from its content alone; and its figures. */
import { PlimsollError } from "../../base/errors.ts";
import { type JsonValue, parseJson } from "../../base/json.ts";
import { printable } from "../../base/printable.ts";
import type { ForeignResult } from "../foreign-result.ts";
import { parseAiperfRecords, parseAiperfSummary } from "./aiperf-json.ts";
import { parseGuidellmJson } from "./guidellm-json.ts";
import { arrayOf, fieldAt } from "./json-fields.ts";
import { k6SummaryOf } from "./k6-metrics.ts";
import { parseK6Summary } from "./k6-summary.ts";
import { parseLocustJson } from "./locust-json.ts";
import { parseLocustStatsCsv } from "./locust-stats-csv.ts";
import { parseOhaJson } from "./oha-json.ts";
import { parsePlimsollSummary, SUMMARY_SCHEMA } from "./plimsoll-summary.ts";
import { parseVegetaJson } from "./vegeta-json.ts";
import { parseVllmJson } from "./vllm-json.ts";

/** What can be read, for messages and `--help`. */
const UNDERSTOOD =
  "a run folder, run.plj or summary.json of Plimsoll; Locust's _stats.csv or --json; a k6 summary (handleSummary or --summary-export); the JSON of vLLM bench serve, guidellm, aiperf, oha or vegeta report";

/** Known files that say too little to judge, by the start of their first line. */
const TOO_LITTLE: readonly (readonly [string, string])[] = [
  ["Timestamp,User Count,", "This is Locust's _stats_history.csv: give the _stats.csv beside it."],
  ["Method,Name,Error,", "This is Locust's _failures.csv: give the _stats.csv beside it."],
  ["Count,Message,Traceback,", "This is Locust's _exceptions.csv: give the _stats.csv beside it."],
  ["metric_name,timestamp,", "This is k6's raw CSV: give its summary (--summary-export)."],
  ['{"type":"Metric"', "This is k6's raw JSON: give its summary (--summary-export)."],
];

/**
 * All results in a file: one a profile of ours, one a benchmark of guidellm, one an object of vLLM's appended results.
 * @param isOurs whether Plimsoll wrote the file, where its content cannot tell
 * @throws RESULT_UNREADABLE when no reader knows the text or it holds no run
 */
export function parseForeignRuns(fileName: string, text: string, isOurs = false): readonly ForeignResult[] {
  const name = printable(fileName);
  const content = text.replace(/^\ufeff/, "");
  const results = content.startsWith("Type,Name,Request Count")
    ? [parseLocustStatsCsv(name, content, isOurs)]
    : jsonResults(name, content);
  if (results === undefined) throw notUnderstood(name, content);
  if (results.length === 0) throw new PlimsollError("RESULT_UNREADABLE", `${name} holds no run.`);
  return results.map(printableNames);
}

function jsonResults(name: string, text: string): readonly ForeignResult[] | undefined {
  const whole = parseJson(text);
  if (whole !== undefined) return resultsOfValue(name, whole);
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const values = lines.map(parseJson);
  const known = values.filter((value) => value !== undefined);
  const first = known[0];
  if (first === undefined || known.length !== values.length) return undefined;
  if (isAiperfRecord(first)) return [parseAiperfRecords(name, known)];
  if (!isVllm(first)) return undefined;
  return known.map((value, index) => parseVllmJson(`${name} line ${index + 1}`, value));
}

function resultsOfValue(name: string, value: JsonValue): readonly ForeignResult[] | undefined {
  const items = arrayOf(value);
  if (items !== undefined) {
    const isLocust = items.length > 0 && items.every((item) => fieldAt(item, "response_times") !== undefined);
    return isLocust ? [parseLocustJson(name, value)] : undefined;
  }
  if (fieldAt(value, "schema") === SUMMARY_SCHEMA) return parsePlimsollSummary(name, value);
  if (fieldAt(value, "metadata", "guidellm_version") !== undefined) return parseGuidellmJson(name, value);
  if (fieldAt(value, "aiperf_version") !== undefined) return [parseAiperfSummary(name, value)];
  if (fieldAt(value, "summary", "successRate") !== undefined) return [parseOhaJson(name, value)];
  if (isVegeta(value)) return [parseVegetaJson(name, value)];
  if (isAiperfRecord(value)) return [parseAiperfRecords(name, [value])];
  if (isVllm(value)) return [parseVllmJson(name, value)];
  return k6SummaryOf(value) === undefined ? undefined : [parseK6Summary(name, value)];
}

function isVllm(value: JsonValue): boolean {
  return fieldAt(value, "endpoint_type") !== undefined && fieldAt(value, "request_throughput") !== undefined;
}

function isVegeta(value: JsonValue): boolean {
  return fieldAt(value, "latencies", "99th") !== undefined && fieldAt(value, "status_codes") !== undefined;
}

function isAiperfRecord(value: JsonValue): boolean {
  return fieldAt(value, "metadata", "benchmark_phase") !== undefined && fieldAt(value, "metrics") !== undefined;
}

function notUnderstood(name: string, text: string): PlimsollError {
  const known = TOO_LITTLE.find(([start]) => text.startsWith(start));
  if (known !== undefined)
    return new PlimsollError("RESULT_UNREADABLE", `${name} cannot be judged.`, { hint: known[1] });
  const what = text.trim() === "" ? "is empty" : "is no result file that Plimsoll knows";
  return new PlimsollError("RESULT_UNREADABLE", `${name} ${what}.`, { hint: `Understood are: ${UNDERSTOOD}.` });
}

/** Names come from files of others. */
function printableNames(result: ForeignResult): ForeignResult {
  return {
    ...result,
    name: printable(result.name),
    tasks: result.tasks.map((task) => ({ ...task, name: printable(task.name), method: printable(task.method) })),
    thresholds: result.thresholds.map((threshold) => ({ ...threshold, expr: printable(threshold.expr) })),
  };
}
