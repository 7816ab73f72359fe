/** Whole report models for tests and pictures: the three usual profiles against a model that sheds, and an hour of 20 tasks. */
import type { ProfileStats } from "../analysis/run-stats.ts";
import type { Environment, PlanRecord } from "../records/record.ts";
import type { Finding, Judgement, ThresholdJudgement } from "../verdict/judgement.ts";
import { type SampleTask, sampleProfile } from "./html-sample.ts";
import type { ReportModel } from "./report-model.ts";

const EMBED_TASKS: readonly SampleTask[] = [
  { name: "single_embed", share: 8 / 11, medianMs: 18 },
  { name: "batch_embed", share: 2 / 11, medianMs: 71 },
  { name: "health", share: 1 / 11, medianMs: 1.4 },
];

const ENVIRONMENT: Environment = {
  os: "Linux 6.8.0 x64",
  cpu: "AMD EPYC 7B13",
  cores: 8,
  memoryBytes: 33_500_000_000,
  node: "20.20.2",
  plimsoll: "0.1.0",
};

/** ramp_up, sustained and spike; the spike breaks its limits. */
export function sampleModel(): ReportModel {
  const ramp = sampleProfile(
    { name: "ramp_up", seconds: 120, capacity: 112, tasks: EMBED_TASKS, loadAt: (sec) => Math.min(100, 5 * (sec + 1)) },
    1,
  );
  const sustained = sampleProfile(
    { name: "sustained", seconds: 180, capacity: 112, tasks: EMBED_TASKS, loadAt: () => 50 },
    2,
  );
  const spike = sampleProfile(
    {
      name: "spike",
      seconds: 60,
      capacity: 112,
      tasks: EMBED_TASKS,
      loadAt: (sec) => (sec > 12 && sec < 44 ? 200 : 30),
    },
    3,
  );
  return modelOf([ramp, sustained, spike], judgementOf([ramp, sustained, spike]));
}

/** One profile of `seconds` seconds with `taskCount` tasks that passes: what a soak leaves. */
export function sampleSoak(seconds: number, taskCount: number): ReportModel {
  const tasks = Array.from({ length: taskCount }, (_, i) => ({
    name: `task_${i + 1}`,
    share: 1 / taskCount,
    medianMs: 8 + 5 * i,
  }));
  const soak = sampleProfile({ name: "soak", seconds, capacity: 100, tasks, loadAt: () => 60 }, 4);
  const pass: Judgement = {
    verdict: "pass",
    exitCode: 0,
    because: "No thresholds were set and requests succeeded.",
    thresholds: [],
    reasons: [],
    findings: [],
  };
  return modelOf([soak], pass);
}

function modelOf(profiles: readonly ProfileStats[], judgement: Judgement): ReportModel {
  const plan: PlanRecord = {
    k: "plan",
    name: "minilm",
    target: "http://127.0.0.1:8000",
    seed: 20261122,
    threads: 2,
    command: "plimsoll run plimsoll.yaml --seed 20261122",
    environment: ENVIRONMENT,
    tasks: [],
    phases: profiles.map((profile) => profile.planned),
    limitsMs: [500],
    thresholds: [{ expr: "p95 < 500ms", strict: "interval", abort: false }],
    spec: {
      name: "minilm",
      target: "http://127.0.0.1:8000",
      tasks: { single_embed: { weight: 8, post: "/embed", headers: { authorization: "***" } } },
    },
  };
  return {
    stats: {
      header: {
        k: "hdr",
        fmt: "plj/1",
        run: "20261122-133317-c4f1",
        version: "0.1.0",
        node: "20.20.2",
        planSha256: "9f2c6b1e0d3a48c7b5e6f1a2d3c4b5a69788f6e5d4c3b2a1908f7e6d5c4b3a29",
        bootId: "b00t",
        wall: "2026-11-22T13:33:15.000Z",
        mono: "1000000000",
      },
      plan,
      startedAt: "2026-11-22T13:33:17.250Z",
      end: { kind: "complete", atMs: profiles.reduce((sum, profile) => sum + profile.durationMs, 0) },
      profiles,
      events: [],
      imbalances: [],
    },
    judgement,
  };
}

function judgementOf(profiles: readonly ProfileStats[]): Judgement {
  const thresholds = profiles.flatMap((profile): ThresholdJudgement[] => [
    latencyJudgement(profile),
    errorJudgement(profile),
  ]);
  const spikeP95Ms = Math.round(profiles.at(-1)?.tasks.at(-1)?.responseMs?.p95 ?? 0);
  return {
    verdict: "fail",
    exitCode: 1,
    because: `p95 of spike was ${spikeP95Ms} ms, over its limit of 500 ms, and 2 of 6 thresholds failed.`,
    thresholds,
    reasons: [],
    findings: FINDINGS,
  };
}

const FINDINGS: readonly Finding[] = [
  {
    code: "SHEDDING",
    level: "error",
    profile: "spike",
    task: undefined,
    fromMs: 13_000,
    toMs: 44_000,
    message: "The target shed load: 503 answers began 1 s after 200 users arrived and ended with them.",
  },
  {
    code: "WARMUP",
    level: "info",
    profile: "sustained",
    task: undefined,
    fromMs: 0,
    toMs: 4000,
    message: "The first 4 s were slower than the rest and were not judged.",
  },
];

function latencyJudgement(profile: ProfileStats): ThresholdJudgement {
  const all = profile.tasks.at(-1);
  const value = all?.responseMs?.p95 ?? 0;
  const isMet = value < 500;
  return {
    expr: "p95 < 500ms",
    profile: profile.name,
    task: "Aggregated",
    observed: {
      value,
      low: value * 0.95,
      high: value * 1.06,
      n: all?.requests ?? 0,
      fromMs: 4000,
      toMs: profile.durationMs,
    },
    limit: 500,
    unit: "ms",
    verdict: isMet ? "pass" : "fail",
    why: isMet ? "0.4 % of requests were over; 5 % may be." : "21.3 % of requests were over; 5 % may be.",
  };
}

function errorJudgement(profile: ProfileStats): ThresholdJudgement {
  const all = profile.tasks.at(-1);
  const value = all?.errorRatio ?? 0;
  return {
    expr: "errors < 1%",
    profile: profile.name,
    task: "Aggregated",
    observed: { value, low: undefined, high: undefined, n: all?.requests ?? 0, fromMs: 0, toMs: profile.durationMs },
    limit: 0.01,
    unit: "ratio",
    verdict: value < 0.01 ? "pass" : "fail",
    why: `${all?.failures ?? 0} of ${all?.requests ?? 0} requests failed.`,
  };
}
