/** What `oha --output-format json` (formerly `-j`) prints: latencies in seconds, answers by status, faults by message. */
import type { JsonValue } from "../../base/json.ts";
import type { ForeignResult } from "../foreign-result.ts";
import { AGGREGATED, benchmarkResult, foreignTask, knownQuantiles, perSecOver } from "./foreign-task.ts";
import { fieldAt, numberOf, objectOf } from "./json-fields.ts";

/** Requests that were still under way when the time given by `-z` was over; oha does not count them either. */
const CUT_OFF = "aborted due to deadline";
const LEAST_FAILED_STATUS = 400;

export function parseOhaJson(name: string, value: JsonValue): ForeignResult {
  const durationSec = numberOf(fieldAt(value, "summary", "total"));
  const answers = countsAt(value, "statusCodeDistribution");
  const faults = countsAt(value, "errorDistribution").filter(([message]) => message !== CUT_OFF);
  const requests = totalOf(answers) + totalOf(faults);
  const failures = totalOf(answers.filter(([status]) => Number(status) >= LEAST_FAILED_STATUS)) + totalOf(faults);
  const perSec = perSecOver(durationSec);
  const ms = (sec: JsonValue | undefined): number | undefined => {
    const known = numberOf(sec);
    return known === undefined ? undefined : known * 1000;
  };
  const quantiles = Object.entries(objectOf(fieldAt(value, "latencyPercentiles")) ?? {}).flatMap(([key, sec]) => {
    const percent = /^p(\d+(?:\.\d+)?)$/.exec(key)?.[1];
    return percent === undefined ? [] : [{ ratio: Number(`${percent}e-2`), ms: ms(sec) }];
  });
  return benchmarkResult("oha-json", name, durationSec, {
    tasks: [
      foreignTask(AGGREGATED, {
        requests,
        failures,
        requestsPerSec: perSec(requests),
        failuresPerSec: perSec(failures),
        quantilesMs: knownQuantiles(quantiles),
        meanMs: ms(fieldAt(value, "summary", "average")),
        minMs: ms(fieldAt(value, "summary", "fastest")),
        maxMs: ms(fieldAt(value, "summary", "slowest")),
      }),
    ],
    notes: [
      "oha's latencies hold every answer, whatever its status, and no request without one.",
      "oha calls every answer a success; here those with status 400 and above are failures.",
    ],
  });
}

type Counts = readonly (readonly [string, number])[];

function countsAt(value: JsonValue, key: string): Counts {
  return Object.entries(objectOf(fieldAt(value, key)) ?? {}).map(([name, count]) => [name, numberOf(count) ?? 0]);
}

function totalOf(counts: Counts): number {
  return counts.reduce((sum, [, count]) => sum + count, 0);
}
