import { totalmem } from "node:os";
import { describePlan } from "../../fleet/plan-record.ts";
import { runSpec } from "../../fleet/run-spec.ts";
import { mergeBuckets, quantileUs } from "../../records/latency-histogram.ts";
import type { DataRecord, JournalRecord } from "../../records/record.ts";
import type { Buckets } from "../../records/second.ts";
import { parseSpec } from "../../spec/parse-spec.ts";
import type { Spec } from "../../spec/spec.ts";
import type { SpecInput } from "../../spec/written-spec.ts";
import { describeEnvironment } from "../environment.ts";
import { admitTarget } from "../target.ts";
import { clockPrecision } from "./clock-precision.ts";
import type { Ceiling, Examination } from "./examination.ts";
import { type NullTarget, startNullTarget } from "./null-target.ts";
import { readClockSource, readMachineLimits } from "./read-limits.ts";
import { measureWakeLag } from "./wake-lag.ts";

const CEILING_S = 2;
const USERS_PER_THREAD = 16;
const LAG_S = 1;
const LAG_PER_SEC = 1000;

/** Loads a target of its own on this machine, for two seconds a thread count; `note` hears what is done. */
export async function examineMachine(note: (text: string) => void): Promise<Examination> {
  const environment = describeEnvironment(process.env);
  const clock = clockPrecision();
  note("timer precision: the metronome and Node's timer by turns, 2 s …\n");
  const wakeLagMs = await measureWakeLag(new URL("./metronome-thread.js", import.meta.url));
  const target = await startNullTarget();
  try {
    note(`send lag: ${LAG_PER_SEC} requests/s for ${LAG_S} s …\n`);
    const sendLagMs = await measureLag(target);
    const ceilings: Ceiling[] = [];
    for (const threads of threadCounts(environment.cores)) {
      note(`ceiling with ${threads} load thread${threads === 1 ? "" : "s"}: ${CEILING_S} s …\n`);
      ceilings.push(await measureCeiling(target, threads));
    }
    const { cores, node, cpu, os, plimsoll } = environment;
    const limits = readMachineLimits();
    return {
      measuredAt: new Date().toISOString(),
      plimsoll,
      cores,
      memoryBytes: totalmem(),
      node,
      cpu,
      os,
      clockSource: readClockSource(),
      clock,
      wakeLagMs,
      limits,
      ceilings,
      sendLagMs,
    };
  } finally {
    await target.stop();
  }
}

/** Each up to four, then doubling, and always all cores: 64 cores take a quarter of a minute, not two. */
export function threadCounts(cores: number): readonly number[] {
  const counts: number[] = [];
  for (let count = 1; count < cores; count += count < 4 ? 1 : count) counts.push(count);
  return [...counts, cores];
}

async function measureCeiling(target: NullTarget, threads: number): Promise<Ceiling> {
  const users = USERS_PER_THREAD * threads;
  const cpuBeforeMs = await target.cpuMs();
  const startedAtMs = performance.now();
  const seconds = await load(target, { users, for: `${CEILING_S}s` }, threads);
  const elapsedMs = performance.now() - startedAtMs;
  const cpuMs = (await target.cpuMs()) - cpuBeforeMs;
  const within = seconds.filter(({ sec }) => sec < CEILING_S);
  const completed = within.reduce((sum, second) => sum + completedIn(second), 0);
  const told = within.filter(({ gen }) => gen.threadCpuRatios !== undefined);
  const coreSeconds = told.reduce((sum, { gen }) => sum + total(gen.threadCpuRatios ?? []), 0);
  const completedThen = told.reduce((sum, second) => sum + completedIn(second), 0);
  const cpuPerRequestUs = completedThen === 0 ? undefined : (coreSeconds * 1e6) / completedThen;
  return {
    threads,
    requestsPerSec: completed / CEILING_S,
    cpuPerRequestUs,
    perCorePerSec: cpuPerRequestUs === undefined ? undefined : 1e6 / cpuPerRequestUs,
    // Threads start and end within the span too: the load itself lasts less, never more.
    targetCpuRatio: Math.min(1, cpuMs / Math.min(elapsedMs, CEILING_S * 1000)),
    cpuWaitRatio: told.length === 0 ? undefined : total(told.map(({ gen }) => gen.cpuWaitRatio ?? 0)) / told.length,
  };
}

async function measureLag(target: NullTarget): Promise<Examination["sendLagMs"]> {
  const rate = `${LAG_PER_SEC}/s`;
  const seconds = await load(target, { rate, arrivals: "constant", for: `${LAG_S}s` }, 1);
  const lag = seconds.reduce<Buckets>((sum, second) => mergeBuckets(sum, second.lag), []);
  const lagMs = (ratio: number) => (quantileUs(lag, ratio) ?? 0) / 1000;
  return { p50: lagMs(0.5), p99: lagMs(0.99), max: lagMs(1) };
}

/** Runs one profile and keeps its seconds; no journal. */
async function load(
  target: NullTarget,
  profile: SpecInput["profiles"][string],
  threads: number,
): Promise<DataRecord[]> {
  const spec = specOf({ target: target.url, tasks: { ask: { get: "/" } }, profiles: { doctor: profile } });
  const environment = describeEnvironment({});
  const seconds: DataRecord[] = [];
  const keep = (record: JournalRecord) => {
    if (record.k === "d") seconds.push(record);
  };
  await runSpec({
    spec,
    plan: describePlan({ spec, seed: 1, threads, command: "", environment, specJson: null }),
    target: await admitTarget(spec, false),
    references: {},
    secrets: [],
    userAgent: "Plimsoll (doctor)",
    threadUrl: new URL("./load-thread.js", import.meta.url),
    sink: { append: keep, appendDurable: async (record) => keep(record) },
    onStart: () => {},
  });
  return seconds;
}

function specOf(value: SpecInput): Spec {
  return parseSpec(
    { kind: "value", file: "doctor", value },
    { env: {}, readFile: () => ({ kind: "problem", message: "the doctor reads no files" }) },
  );
}

function completedIn({ tasks }: DataRecord): number {
  return total(Object.values(tasks).map(({ completed }) => completed));
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
