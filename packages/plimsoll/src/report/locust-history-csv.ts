/** `<profile>_stats_history.csv`: Locust's history, one total row a second, made from the series alone. */

import {
  LOCUST_PERCENTILES,
  locustBuckets,
  locustMedianMs,
  locustPercentileMs,
} from "../analysis/foreign/locust-percentile.ts";
import type { LatencySummary, ProfileStats, SecondPoint, TaskStats } from "../analysis/run-stats.ts";
import { epochMsOfIso } from "../base/wall-time.ts";
import { bucketValueUs, mergeBuckets } from "../records/latency-histogram.ts";
import type { Buckets } from "../records/second.ts";
import { csvRow } from "./csv-text.ts";
import { bucketOrFloat } from "./locust-csv.ts";
import { pythonFloat } from "./python-float.ts";

const TITLES = [
  "Timestamp",
  "User Count",
  "Type",
  "Name",
  "Requests/s",
  "Failures/s",
  ...LOCUST_PERCENTILES.map(([title]) => title),
  "Total Request Count",
  "Total Failure Count",
  "Total Median Response Time",
  "Total Average Response Time",
  "Total Min Response Time",
  "Total Max Response Time",
  "Total Average Content Size",
];

/** Locust averages its rates over [now − 12 s, now − 2 s). */
const RATE_FROM_SEC = 12;
const RATE_TO_SEC = 2;

/** What has ended up to a tick. */
interface Total {
  readonly requests: number;
  readonly failures: number;
  readonly sumMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly bodyBytes: number;
  readonly response: Buckets;
}

const NOTHING: Total = {
  requests: 0,
  failures: 0,
  sumMs: 0,
  minMs: Number.POSITIVE_INFINITY,
  maxMs: 0,
  bodyBytes: 0,
  response: [],
};

/** A row at the start and one at the end of every second until the last answer; percentiles and totals since the start. */
export function renderStatsHistoryCsv(profile: ProfileStats): string {
  const startSec = Math.floor((epochMsOfIso(profile.startedAt) ?? 0) / 1000);
  const points = new Map(profile.series.map((point) => [Math.floor(point.atMs / 1000), point]));
  const lastSec = Math.max(-1, ...points.keys());
  const aggregated = profile.tasks.find((task) => task.name === "Aggregated");
  const meanBodyBytes = aggregated?.meanBodyBytes ?? 0;
  const leastMs = aggregated?.responseMs?.min ?? 0;
  const rows = [historyRow({ timestampSec: startSec, users: 0, rates: [0, 0], total: NOTHING, means: [0, 0] })];
  let total = NOTHING;
  let users = 0;
  for (let sec = 0; sec <= lastSec; sec++) {
    const point = points.get(sec);
    if (point !== undefined) total = addSecond(total, point, { meanBodyBytes, leastMs });
    const summary = sec === lastSec ? aggregated?.responseMs : undefined;
    if (summary !== undefined) total = finalTotal(total, aggregated!, summary);
    const means = summary === undefined ? meansOf(total) : ([summary.mean, meanBodyBytes] as const);
    users = point?.users ?? users;
    const rates = [rateAt(points, sec + 1, endedIn), rateAt(points, sec + 1, failedIn)] as const;
    rows.push(historyRow({ timestampSec: startSec + sec + 1, users, rates, total, means }));
  }
  return csvRow(TITLES) + rows.join("");
}

function endedIn(point: SecondPoint): number {
  return point.completed + point.failed;
}

function failedIn(point: SecondPoint): number {
  return point.failed;
}

/** Mean of the seconds' counts in Locust's window before tick `nowSec`, fewer at the start; 0 without any. */
function rateAt(
  points: ReadonlyMap<number, SecondPoint>,
  nowSec: number,
  countIn: (point: SecondPoint) => number,
): number {
  const from = Math.max(0, nowSec - RATE_FROM_SEC);
  const to = nowSec - RATE_TO_SEC;
  let ended = 0;
  for (let sec = from; sec < to; sec++) {
    const point = points.get(sec);
    if (point !== undefined) ended += countIn(point);
  }
  return to > from ? ended / (to - from) : 0;
}

/** Of the whole phase, for seconds that do not know their own. */
interface PhaseFigures {
  readonly meanBodyBytes: number;
  readonly leastMs: number;
}

/** Exact where the second knows its sum and least; else from the histogram, within 0.5 %. */
function addSecond(total: Total, point: SecondPoint, { meanBodyBytes, leastMs }: PhaseFigures): Total {
  const ended = point.completed + point.failed;
  const least = point.response[0];
  const sumMs =
    point.responseSumMs ?? point.response.reduce((sum, [index, n]) => sum + (n * bucketValueUs(index)) / 1000, 0);
  const minMs =
    point.responseMinMs ?? (least === undefined ? undefined : Math.max(leastMs, bucketValueUs(least[0]) / 1000));
  return {
    requests: total.requests + ended,
    failures: total.failures + point.failed,
    sumMs: total.sumMs + sumMs,
    minMs: ended > 0 && minMs !== undefined ? Math.min(total.minMs, minMs) : total.minMs,
    maxMs: Math.max(total.maxMs, point.max ?? 0),
    bodyBytes: total.bodyBytes + (point.bodyBytes ?? ended * meanBodyBytes),
    response: mergeBuckets(total.response, point.response),
  };
}

/** The last row says to the digit what the summary says. */
function finalTotal(total: Total, aggregated: TaskStats, responseMs: LatencySummary): Total {
  return {
    ...total,
    requests: aggregated.requests,
    failures: aggregated.failures,
    minMs: responseMs.min,
    maxMs: responseMs.max,
    response: aggregated.responseBuckets,
  };
}

function meansOf({ requests, sumMs, bodyBytes }: Total): readonly [number, number] {
  return requests === 0 ? [0, 0] : [sumMs / requests, bodyBytes / requests];
}

interface HistoryTick {
  readonly timestampSec: number;
  readonly users: number;
  /** Ended and failed requests per second. */
  readonly rates: readonly [number, number];
  readonly total: Total;
  /** Of response time (ms) and of body bytes. */
  readonly means: readonly [number, number];
}

function historyRow({ timestampSec, users, rates, total, means }: HistoryTick): string {
  const { requests, minMs, maxMs } = total;
  const buckets = locustBuckets(total.response, minMs, maxMs);
  const hasAny = requests > 0;
  return csvRow([
    String(timestampSec),
    String(users),
    "",
    "Aggregated",
    rates[0].toFixed(6),
    rates[1].toFixed(6),
    ...LOCUST_PERCENTILES.map(([, ratio]) => (hasAny ? String(locustPercentileMs(buckets, ratio)) : "N/A")),
    String(requests),
    String(total.failures),
    hasAny ? bucketOrFloat(locustMedianMs(buckets, minMs, maxMs)) : "0",
    hasAny ? pythonFloat(means[0]) : "0.0",
    hasAny ? pythonFloat(minMs) : "0",
    hasAny ? pythonFloat(maxMs) : "0",
    hasAny ? pythonFloat(means[1]) : "0",
  ]);
}
