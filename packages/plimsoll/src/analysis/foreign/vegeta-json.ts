/** What `vegeta report -type=json` prints: one object, its times in nanoseconds. */
import type { JsonValue } from "../../base/json.ts";
import type { ForeignResult } from "../foreign-result.ts";
import { AGGREGATED, benchmarkResult, foreignTask, knownQuantiles, perSecOver } from "./foreign-task.ts";
import { fieldAt, numberOf, objectOf, textOf } from "./json-fields.ts";

const NS_PER_MS = 1e6;

export function parseVegetaJson(name: string, value: JsonValue): ForeignResult {
  const durationNs = numberOf(fieldAt(value, "duration"));
  const requests = numberOf(fieldAt(value, "requests"));
  const success = numberOf(fieldAt(value, "success"));
  const failures = requests === undefined || success === undefined ? undefined : Math.round(requests * (1 - success));
  const durationSec = durationNs === undefined ? undefined : durationNs / 1e9;
  const perSec = perSecOver(durationSec);
  const ms = (ns: JsonValue | undefined): number | undefined => {
    const known = numberOf(ns);
    return known === undefined || requests === 0 ? undefined : known / NS_PER_MS;
  };
  const latencies = fieldAt(value, "latencies");
  const quantiles = Object.entries(objectOf(latencies) ?? {}).flatMap(([key, ns]) => {
    const percent = /^(\d+)th$/.exec(key)?.[1];
    return percent === undefined ? [] : [{ ratio: Number(`${percent}e-2`), ms: ms(ns) }];
  });
  const total = foreignTask(AGGREGATED, {
    requests,
    failures,
    requestsPerSec: perSec(requests),
    failuresPerSec: perSec(failures),
    quantilesMs: knownQuantiles(quantiles),
    meanMs: ms(fieldAt(latencies, "mean")),
    minMs: ms(fieldAt(latencies, "min")),
    maxMs: ms(fieldAt(latencies, "max")),
  });
  const notes = ["Vegeta counts a latency from its own send, of failed requests too, and estimates percentiles."];
  const startedAt = textOf(fieldAt(value, "earliest"));
  return { ...benchmarkResult("vegeta-json", name, durationSec, { tasks: [total], notes }), startedAt };
}
