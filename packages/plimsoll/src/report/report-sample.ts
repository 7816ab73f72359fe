/** One run for the tests of renderers: small, seeded, its books balanced, and its names and messages as nasty as a target can make them. */
import type { ProfileStats, RunStats } from "../analysis/run-stats.ts";
import type { Judgement, ThresholdJudgement } from "../verdict/judgement.ts";
import type { ReportModel } from "./report-model.ts";
import { sampleProfile } from "./report-sample-profile.ts";

/** A task's name that is markup, a formula, a table cell's end and a right-to-left override at once. */
export const NASTY_NAME = '=cmd|"/C calc"!A0 <script>alert(1)</script> \u202egnp.exe';
/** An answer that clears the screen, sets the title, forges a line and a workflow command. */
export const NASTY_MESSAGE =
  "\x1b[2J\x1b]0;owned\x07503 | Service <b>Unavailable</b>\r\n::error::forged, \u009b31mred & `code` \u2066isolate\u2069";

const PHASES = [
  { name: "ramp_up", kind: "closed", users: 100, seconds: 60, startedAtMs: 0, seed: 1, slowdown: 1 },
  { name: "spike", kind: "closed", users: 200, seconds: 30, startedAtMs: 64_000, seed: 2, slowdown: 6 },
  { name: "steady", kind: "open", ratePerSec: 40, seconds: 45, startedAtMs: 101_000, seed: 3, slowdown: 1 },
] as const;

/** The whole run: one profile passes, one fails, one is inconclusive. */
export function sampleReport(): ReportModel {
  const profiles = PHASES.map((phase) =>
    sampleProfile({ ...phase, taskNames: ["single_embed", "batch_embed", NASTY_NAME], message: NASTY_MESSAGE }),
  );
  return { stats: sampleStats(profiles), judgement: sampleJudgement(profiles) };
}

function sampleStats(profiles: readonly ProfileStats[]): RunStats {
  const environment = {
    os: "Linux 6.8 x64",
    cpu: "Sample CPU @ 2.40GHz",
    cores: 4,
    memoryBytes: 16_000_000_000,
    node: "20.20.0",
    plimsoll: "0.1.0",
  };
  return {
    header: {
      k: "hdr",
      fmt: "plj/1",
      run: "sample-run-0001",
      version: "0.1.0",
      node: "20.20.0",
      planSha256: "0".repeat(64),
      bootId: "sample-boot",
      wall: "2026-11-22T13:33:16.900Z",
      mono: "1000000000",
    },
    plan: {
      k: "plan",
      name: "minilm",
      target: "http://***@127.0.0.1:8000",
      seed: 42,
      threads: 1,
      command: "plimsoll run plimsoll.yaml --seed 42",
      environment,
      tasks: profiles[0]!.tasks
        .filter((task) => task.name !== "Aggregated")
        .map((task, index) => ({
          name: task.name,
          method: task.method,
          path: "/embed",
          share: [0.7, 0.2, 0.1][index]!,
        })),
      phases: profiles.map((profile) => profile.planned),
      limitsMs: [500, 1000],
      thresholds: ["p95 < 500ms", "errors < 1%", "single_embed p99 < 1s"].map((expr) => ({
        expr,
        strict: "interval",
        abort: false,
      })),
      spec: { name: "minilm" },
    },
    startedAt: "2026-11-22T13:33:17.250Z",
    end: { kind: "complete", atMs: 150_000 },
    profiles,
    steps: [],
    steers: [],
    observations: [],
    events: [],
    imbalances: [],
  };
}

function sampleJudgement(profiles: readonly ProfileStats[]): Judgement {
  const [rampUp, spike, steady] = profiles;
  return {
    verdict: "fail",
    exitCode: 1,
    because: "p95 < 500ms failed on spike: 11 % of the requests were over the limit, 5 % may be.",
    thresholds: [
      judged(rampUp!, { expr: "p95 < 500ms", verdict: "pass", why: "p95 is below 500 ms with its whole interval." }),
      judged(rampUp!, {
        expr: "errors < 1%",
        verdict: "pass",
        why: "The share of failures is below 1 % with its whole interval.",
      }),
      judged(spike!, {
        expr: "p95 < 500ms",
        verdict: "fail",
        why: "11 % of the requests were over 500 ms, failed or unfinished; 5 % may be. The whole interval of p95 lies above the limit.",
        brokeAtMs: 3500,
      }),
      judged(spike!, {
        expr: "errors < 1%",
        verdict: "inconclusive",
        why: "The interval of the failures' share stands astride 1 %: a longer run would tell.",
      }),
      {
        ...judged(steady!, {
          expr: "single_embed p99 < 1s",
          verdict: "inconclusive",
          why: "No request of this task was sent.",
        }),
        task: "single_embed",
        observed: undefined,
      },
    ],
    brokeFirst: {
      expr: "p95 < 500ms",
      profile: "spike",
      task: "Aggregated",
      atMs: 3500,
      users: 200,
      sentence: "p95 < 500ms broke at 3.5 s in spike, with 200 users.",
    },
    reasons: ["The generator was degraded in spike: send lag p99 was 26 ms."],
    findings: [
      {
        code: "QUEUEING",
        level: "warning",
        profile: "spike",
        task: undefined,
        fromMs: 3000,
        toMs: 27_000,
        message: "Requests queued: in flight rose steadily while the rate of answers stayed flat.",
      },
      {
        code: "COLD_START",
        level: "info",
        profile: "ramp_up",
        task: NASTY_NAME,
        fromMs: 0,
        toMs: 4000,
        message: `The first answers were slow. The target said: ${NASTY_MESSAGE}`,
      },
    ],
  };
}

/** A judgement with the profile's own figures and an interval about as wide as such a run's. */
function judged(
  profile: ProfileStats,
  { expr, verdict, why, ...broke }: Pick<ThresholdJudgement, "expr" | "verdict" | "why" | "brokeAtMs">,
): ThresholdJudgement {
  const total = profile.tasks.at(-1)!;
  const isErrors = expr.startsWith("errors");
  const value = isErrors ? (total.errorRatio ?? 0) : (total.responseMs?.p95 ?? 0);
  const spread = isErrors ? 1.7 : 1.06;
  return {
    expr,
    profile: profile.name,
    task: "Aggregated",
    observed: {
      value,
      low: value / spread,
      high: value * spread,
      n: total.requests,
      fromMs: profile.warmup.cutMs,
      toMs: profile.durationMs,
    },
    limit: expr.endsWith("1s") ? 1000 : isErrors ? 0.01 : 500,
    unit: isErrors ? "ratio" : "ms",
    verdict,
    why,
    ...broke,
  };
}
