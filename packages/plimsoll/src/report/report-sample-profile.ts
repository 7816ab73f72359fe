/** A profile's statistics counted from drawn requests, so that rows add up to their total as in a real run. */
import type {
  ArrivalTotals,
  ErrorCount,
  LatencySummary,
  ProfileStats,
  SecondPoint,
  TaskStats,
} from "../analysis/run-stats.ts";
import type { ErrorKind } from "../base/outcome.ts";
import { Random } from "../base/random.ts";
import { epochMsOfIso, isoSecondsOfEpochMs } from "../base/wall-time.ts";
import { LatencyHistogram, quantileUs } from "../records/latency-histogram.ts";
import type { Buckets } from "../records/second.ts";

export interface SamplePhase {
  readonly name: string;
  readonly kind: "closed" | "open";
  readonly users?: number;
  readonly ratePerSec?: number;
  readonly seconds: number;
  readonly startedAtMs: number;
  readonly seed: number;
  readonly slowdown: number;
  readonly taskNames: readonly string[];
  /** What a failed request was answered. */
  readonly message: string;
}

interface SampleRequest {
  readonly task: string;
  readonly endSec: number;
  readonly lagMs: number;
  readonly serviceMs: number;
  readonly error: ErrorKind | undefined;
}

const RUN_STARTED_AT = "2026-11-22T13:33:17.250Z";

export function sampleProfile(phase: SamplePhase): ProfileStats {
  const requests = drawRequests(phase);
  const tasks = [...phase.taskNames, "Aggregated"].map((name) => sampleTask(phase, name, requests));
  const phaseEpochMs = (epochMsOfIso(RUN_STARTED_AT) ?? 0) + phase.startedAtMs;
  const isDegraded = phase.slowdown > 1;
  return {
    name: phase.name,
    planned: {
      name: phase.name,
      kind: phase.kind,
      plannedMs: phase.seconds * 1000,
      drainMs: 30_000,
      ...(phase.users === undefined ? {} : { users: phase.users }),
      ...(phase.ratePerSec === undefined ? {} : { ratePerSec: phase.ratePerSec, arrivals: "poisson" as const }),
      rampsMs: phase.kind === "closed" ? [[0, 20_000]] : [],
      shape: [[0, phase.users ?? phase.ratePerSec ?? 0]],
    },
    startedAt: isoSecondsOfEpochMs(phaseEpochMs).replace("Z", ".250Z"),
    startedAtMs: phase.startedAtMs,
    durationMs: phase.seconds * 1000,
    drainMs: 812.5,
    isFinished: true,
    users: phase.users,
    ratePerSec: phase.ratePerSec,
    arrivals: tasks.at(-1)!.arrivals,
    tasks,
    series: sampleSeries(phase, requests),
    generator: {
      health: isDegraded ? "degraded" : "ok",
      reasons: isDegraded ? ["Send lag p99 was 26 ms, above 10 ms: give the generator a core of its own."] : [],
      sendLagMs: { p50: 0.214, p99: isDegraded ? 26.1 : 1.73, max: isDegraded ? 88.4 : 4.61 },
      eventLoopDelayMs: { p99: isDegraded ? 24.9 : 3.12, max: isDegraded ? 90.2 : 11.7 },
      cpuRatio: isDegraded ? 0.934 : 0.318,
      utilisationRatio: isDegraded ? 0.91 : 0.29,
      ...(isDegraded ? {} : { cpuRatioByThread: { main: 0.0214, "load-0": 0.281 } }),
      rssBytes: 94_300_000,
      dropped: {},
    },
    warmup: isDegraded
      ? { cutMs: 0, method: "none", isNeverWarm: false, why: "Spikes are not cut." }
      : { cutMs: 8000, method: "mser", isNeverWarm: false, why: "Response time settled after 8 s." },
  };
}

function drawRequests(phase: SamplePhase): SampleRequest[] {
  const random = new Random(phase.seed);
  const requests: SampleRequest[] = [];
  for (let sec = 0; sec < phase.seconds; sec++) {
    const loadRatio = phase.kind === "open" ? 0.4 : Math.min(1, (sec + 1) / 20);
    const ended = Math.round(12 + 60 * loadRatio + 6 * random.nextNormal());
    for (let i = 0; i < ended; i++) {
      const draw = random.nextRatio();
      const task = phase.taskNames[draw < 0.7 ? 0 : draw < 0.9 ? 1 : 2]!;
      const baseMs = (task === phase.taskNames[1] ? 120 : 40) * (0.3 + loadRatio ** 2 * phase.slowdown);
      const error = random.nextRatio() < 0.002 * phase.slowdown ? drawKind(random) : undefined;
      const serviceMs = baseMs * Math.exp(0.4 * random.nextNormal());
      requests.push({ task, endSec: sec, lagMs: random.nextExponential(0.3), serviceMs, error });
    }
  }
  return requests;
}

function drawKind(random: Random): ErrorKind {
  return random.nextRatio() < 0.6 ? "http-5xx" : "timeout";
}

function sampleTask(phase: SamplePhase, name: string, all: readonly SampleRequest[]): TaskStats {
  const mine = name === "Aggregated" ? all : all.filter((request) => request.task === name);
  const failed = mine.filter((request) => request.error !== undefined).length;
  const responseBuckets = bucketsOf(mine.map((request) => request.lagMs + request.serviceMs));
  const serviceBuckets = bucketsOf(mine.map((request) => request.serviceMs));
  const arrivals: ArrivalTotals = {
    planned: mine.length,
    sent: mine.length,
    completed: mine.length - failed,
    failed,
    inFlightAtEnd: 0,
    dropped: 0,
  };
  return {
    name,
    method: name === "Aggregated" ? "" : "POST",
    arrivals,
    requests: mine.length,
    failures: failed,
    completedPerSec: arrivals.completed / phase.seconds,
    requestsPerSec: mine.length / phase.seconds,
    failuresPerSec: failed / phase.seconds,
    errorRatio: mine.length === 0 ? undefined : failed / mine.length,
    meanBodyBytes: 8192.5,
    responseMs: summaryOf(
      mine.map((request) => request.lagMs + request.serviceMs),
      responseBuckets,
    ),
    serviceMs: summaryOf(
      mine.map((request) => request.serviceMs),
      serviceBuckets,
    ),
    errors: errorsOf(phase, mine),
    responseBuckets,
    serviceBuckets,
    slots: [],
  };
}

function errorsOf(phase: SamplePhase, requests: readonly SampleRequest[]): ErrorCount[] {
  return (["http-5xx", "timeout"] as const).flatMap((kind) => {
    const seen = requests.filter((request) => request.error === kind);
    if (seen.length === 0) return [];
    const message = kind === "timeout" ? "no answer within 60 s" : phase.message;
    const [first, last] = [seen[0]!, seen.at(-1)!];
    return [
      {
        kind,
        count: seen.length,
        message,
        firstAtMs: phase.startedAtMs + first.endSec * 1000,
        lastAtMs: phase.startedAtMs + last.endSec * 1000,
      },
    ];
  });
}

function sampleSeries(phase: SamplePhase, all: readonly SampleRequest[]): SecondPoint[] {
  return Array.from({ length: phase.seconds }, (_, sec) => {
    const ended = all.filter((request) => request.endSec === sec);
    const timesMs = ended.map((request) => request.lagMs + request.serviceMs);
    const response = bucketsOf(timesMs);
    const failed = ended.filter((request) => request.error !== undefined).length;
    const quantile = (ratio: number): number | undefined => {
      const us = quantileUs(response, ratio);
      return us === undefined ? undefined : us / 1000;
    };
    return {
      atMs: sec * 1000,
      users: phase.kind === "open" ? 0 : Math.min(phase.users ?? 0, (sec + 1) * 5),
      planned: ended.length,
      sent: ended.length,
      completed: ended.length - failed,
      failed,
      dropped: 0,
      inFlight: Math.round(ended.length / 8),
      p50: quantile(0.5),
      p90: quantile(0.9),
      p95: quantile(0.95),
      p99: quantile(0.99),
      max: timesMs.length === 0 ? undefined : Math.max(...timesMs),
      response,
      responseSumMs: timesMs.reduce((sum, ms) => sum + ms, 0),
      ...(timesMs.length === 0 ? {} : { responseMinMs: Math.min(...timesMs) }),
      bodyBytes: ended.length * 8192.5,
      errors: failed === 0 ? {} : { "http-5xx": failed },
      byTask: {},
      sendLagP99Ms: 1.2,
      loopDelayP99Ms: 2.4,
      cpuRatio: 0.3,
      utilisationRatio: 0.28,
    };
  });
}

function bucketsOf(timesMs: readonly number[]): Buckets {
  const histogram = new LatencyHistogram();
  for (const ms of timesMs) histogram.recordUs(ms * 1000);
  return histogram.drain();
}

function summaryOf(timesMs: readonly number[], buckets: Buckets): LatencySummary | undefined {
  if (timesMs.length === 0) return undefined;
  const [min, max] = [Math.min(...timesMs), Math.max(...timesMs)];
  const at = (ratio: number): number => Math.min(max, Math.max(min, (quantileUs(buckets, ratio) ?? 0) / 1000));
  return {
    min,
    mean: timesMs.reduce((sum, ms) => sum + ms, 0) / timesMs.length,
    p50: at(0.5),
    p75: at(0.75),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    p999: at(0.999),
    max,
  };
}
