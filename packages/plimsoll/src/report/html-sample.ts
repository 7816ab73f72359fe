/** A run as a real one would leave it, drawn from a seed: what the report's own tests and pictures show. */
import type {
  ArrivalTotals,
  ErrorCount,
  LatencySummary,
  ProfileStats,
  SecondPoint,
  SlotStats,
  TaskSecondPoint,
  TaskStats,
} from "../analysis/run-stats.ts";
import type { ErrorKind } from "../base/outcome.ts";
import { Random } from "../base/random.ts";
import { countOf, LatencyHistogram, mergeBuckets, quantileUs } from "../records/latency-histogram.ts";
import type { Buckets } from "../records/second.ts";

/** A profile to draw: `loadAt` gives users, and with them requests a second, at a second of the phase. */
export interface SampleProfile {
  readonly name: string;
  readonly seconds: number;
  readonly loadAt: (sec: number) => number;
  /** Users the target carries without queueing. */
  readonly capacity: number;
  readonly tasks: readonly SampleTask[];
}

export interface SampleTask {
  readonly name: string;
  readonly share: number;
  readonly medianMs: number;
}

interface Drawn {
  readonly response: Buckets;
  readonly failedResponse: Buckets;
  readonly service: Buckets;
  readonly errors: Readonly<Partial<Record<ErrorKind, number>>>;
  readonly completed: number;
  readonly failed: number;
}

const MESSAGES: Partial<Record<ErrorKind, string>> = {
  "http-5xx": 'HTTP 503 {"error":"queue full, retry after 1 s"}',
  timeout: "no answer within 10 s",
};

/** Draws one profile's statistics; same arguments, same statistics. */
export function sampleProfile(spec: SampleProfile, seed: number): ProfileStats {
  const random = new Random(seed);
  const seconds = Array.from({ length: spec.seconds }, (_, sec) => spec.tasks.map((t) => drawn(spec, t, sec, random)));
  const tasks = spec.tasks.map((task, index) =>
    taskOf(
      task.name,
      "POST",
      seconds.map((row) => row[index]!),
    ),
  );
  const aggregated = taskOf(
    "Aggregated",
    "",
    seconds.map((row) => row.reduce(joined)),
  );
  const peak = Math.max(...Array.from({ length: spec.seconds }, (_, sec) => spec.loadAt(sec)));
  return {
    name: spec.name,
    planned: {
      name: spec.name,
      kind: "closed",
      plannedMs: spec.seconds * 1000,
      drainMs: 30_000,
      users: Math.round(peak),
      rampsMs: [],
      shape: [0, 0.25, 0.5, 0.75, 1].map(
        (x) => [x * spec.seconds * 1000, spec.loadAt(x * (spec.seconds - 1))] as const,
      ),
    },
    startedAt: "2026-11-22T13:33:17.250Z",
    startedAtMs: 0,
    durationMs: spec.seconds * 1000,
    drainMs: 412,
    isFinished: true,
    users: Math.round(peak),
    ratePerSec: undefined,
    arrivals: aggregated.arrivals,
    tasks: [...tasks, aggregated],
    series: seconds.map((row, sec) => pointOf(spec, row, sec, random)),
    generator: {
      health: "ok",
      reasons: [],
      sendLagMs: { p50: 0.11, p99: 0.84, max: 6.2 },
      eventLoopDelayMs: { p99: 11.4, max: 23.9 },
      cpuRatio: 0.37,
      utilisationRatio: 0.31,
      rssBytes: 92_400_000,
      dropped: {},
    },
    warmup: { cutMs: 4000, method: "mser", isNeverWarm: false, why: "the first 4 s were slower than the rest" },
  };
}

function drawn(spec: SampleProfile, task: SampleTask, sec: number, random: Random): Drawn {
  const load = spec.loadAt(sec) / spec.capacity;
  const count = Math.round(Math.min(spec.loadAt(sec), spec.capacity * 1.04) * 1.9 * task.share + random.nextRatio());
  const slowdown = (sec < 4 ? 1.7 : 1) * (load < 0.85 ? 1 / (1.05 - load) : 5 + 14 * Math.max(0, load - 0.85));
  const [response, failed, service] = [new LatencyHistogram(), new LatencyHistogram(), new LatencyHistogram()];
  const errors: Partial<Record<ErrorKind, number>> = {};
  for (let i = 0; i < count; i++) {
    const isHiccup = random.nextRatio() < 0.01;
    const us = 1000 * task.medianMs * slowdown * Math.exp(0.28 * random.nextNormal()) * (isHiccup ? 4 : 1);
    if (load > 1.3 && random.nextRatio() < 0.09 * (load - 1)) {
      const kind = random.nextRatio() < 0.85 ? "http-5xx" : "timeout";
      errors[kind] = (errors[kind] ?? 0) + 1;
      failed.recordUs(kind === "timeout" ? 10_000_000 : us * 0.1);
    } else response.recordUs(us);
    service.recordUs(us * 0.97);
  }
  const [responseBuckets, failedBuckets] = [response.drain(), failed.drain()];
  const failedCount = countOf(failedBuckets);
  return {
    response: responseBuckets,
    failedResponse: failedBuckets,
    service: service.drain(),
    errors,
    completed: countOf(responseBuckets),
    failed: failedCount,
  };
}

function joined(left: Drawn, right: Drawn): Drawn {
  const errors = { ...left.errors };
  for (const kind of ["http-5xx", "timeout"] as const) {
    const count = (errors[kind] ?? 0) + (right.errors[kind] ?? 0);
    if (count > 0) errors[kind] = count;
  }
  return {
    response: mergeBuckets(left.response, right.response),
    failedResponse: mergeBuckets(left.failedResponse, right.failedResponse),
    service: mergeBuckets(left.service, right.service),
    errors,
    completed: left.completed + right.completed,
    failed: left.failed + right.failed,
  };
}

function taskOf(name: string, method: string, seconds: readonly Drawn[]): TaskStats {
  const all = seconds.reduce(joined);
  const responseBuckets = mergeBuckets(all.response, all.failedResponse);
  const requests = all.completed + all.failed;
  return {
    name,
    method,
    arrivals: arrivalsOf(all),
    requests,
    failures: all.failed,
    completedPerSec: all.completed / seconds.length,
    requestsPerSec: requests / seconds.length,
    failuresPerSec: all.failed / seconds.length,
    errorRatio: requests === 0 ? undefined : all.failed / requests,
    meanBodyBytes: 3812.4,
    responseMs: summaryOf(responseBuckets),
    serviceMs: summaryOf(all.service),
    errors: errorsOf(seconds),
    responseBuckets,
    serviceBuckets: all.service,
    slots: seconds.map((second, sec): SlotStats => {
      const { completed, failed, response, failedResponse } = second;
      return { due: sec * 2, completed, failed, response, failedResponse, censored: [], over: [] };
    }),
  };
}

function errorsOf(seconds: readonly Drawn[]): ErrorCount[] {
  return (["http-5xx", "timeout"] as const).flatMap((kind) => {
    const hits = seconds.flatMap((second, sec) => (second.errors[kind] === undefined ? [] : [sec]));
    if (hits.length === 0) return [];
    const count = seconds.reduce((sum, second) => sum + (second.errors[kind] ?? 0), 0);
    return [{ kind, count, message: MESSAGES[kind] ?? "", firstAtMs: hits[0]! * 1000, lastAtMs: hits.at(-1)! * 1000 }];
  });
}

function arrivalsOf({ completed, failed }: Drawn): ArrivalTotals {
  const sent = completed + failed;
  return { planned: sent, sent, completed, failed, inFlightAtEnd: 0, dropped: 0 };
}

function pointOf(spec: SampleProfile, row: readonly Drawn[], sec: number, random: Random): SecondPoint {
  const all = row.reduce(joined);
  const response = mergeBuckets(all.response, all.failedResponse);
  const byTask: Record<string, TaskSecondPoint> = {};
  row.forEach((task, index) => {
    const p50 = quantileMs(task.response, 0.5);
    byTask[spec.tasks[index]!.name] = {
      completed: task.completed,
      failed: task.failed,
      p50,
      p95: quantileMs(task.response, 0.95),
    };
  });
  const sent = all.completed + all.failed;
  const meanMs = summaryOf(response)?.mean ?? 0;
  return {
    atMs: sec * 1000,
    users: Math.round(spec.loadAt(sec)),
    planned: sent,
    sent,
    completed: all.completed,
    failed: all.failed,
    dropped: 0,
    inFlight: Math.min(Math.round(spec.loadAt(sec)), Math.round((sent * meanMs) / 1000)),
    p50: quantileMs(response, 0.5),
    p90: quantileMs(response, 0.9),
    p95: quantileMs(response, 0.95),
    p99: quantileMs(response, 0.99),
    max: quantileMs(response, 1),
    response,
    errors: all.errors,
    byTask,
    sendLagP99Ms: 0.5 + random.nextExponential(0.25),
    loopDelayP99Ms: 10.2 + random.nextExponential(0.6),
    cpuRatio: 0.08 + sent * 0.0011 + 0.03 * random.nextRatio(),
    utilisationRatio: 0.05 + sent * 0.001 + 0.02 * random.nextRatio(),
  };
}

function summaryOf(buckets: Buckets): LatencySummary | undefined {
  const count = countOf(buckets);
  if (count === 0) return undefined;
  const at = (ratio: number): number => quantileMs(buckets, ratio) ?? 0;
  const mean = buckets.reduce((sum, [index, n]) => sum + at01(index) * n, 0) / count;
  return {
    min: at(0),
    mean,
    p50: at(0.5),
    p75: at(0.75),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    p999: at(0.999),
    max: at(1),
  };
}

function at01(index: number): number {
  return quantileMs([[index, 1]], 1) ?? 0;
}

function quantileMs(buckets: Buckets, ratio: number): number | undefined {
  const us = quantileUs(buckets, ratio);
  return us === undefined ? undefined : us / 1000;
}
