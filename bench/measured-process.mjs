/** Runs one generator pinned to its core, and tells what it cost the machine. */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { performance } from "node:perf_hooks";
import { endedChildrenCpuUs, GENERATOR_CORE, machineBusyUs, processCpuUs } from "./machine.mjs";

const SAMPLE_MS = 100;

/**
 * CPU is that of the process and all its children, from its start to its end. `foreignRatio` is what processes that
 * are neither generator, target nor this bench took meanwhile, in cores.
 *
 * @param {{ command: string, args: string[], targetPids: readonly number[], timeoutMs: number, core?: string, env?: object }} job
 */
export async function measureProcess(job) {
  const before = readings(job.targetPids);
  const startMs = performance.now();
  const core = job.core ?? GENERATOR_CORE;
  const child = spawn("taskset", ["-c", core, job.command, ...job.args], {
    env: { ...process.env, ...job.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { out: "", err: "" };
  child.stdout.on("data", (chunk) => {
    output.out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    output.err += chunk;
  });
  const samples = [];
  const sampler = setInterval(() => sampleInto(samples, child.pid), SAMPLE_MS);
  const killer = setTimeout(() => child.kill("SIGKILL"), job.timeoutMs);
  const code = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode, signal) => resolve(exitCode ?? signal));
  });
  clearInterval(sampler);
  clearTimeout(killer);
  const wallUs = (performance.now() - startMs) * 1000;
  const after = readings(job.targetPids);
  const cpuUs = after.children - before.children;
  const ours = cpuUs + (after.target - before.target) + (after.self - before.self);
  return {
    ...output,
    code,
    cpuUs,
    wallUs,
    targetCpuRatio: (after.target - before.target) / wallUs,
    foreignRatio: Math.max(0, after.machine - before.machine - ours) / wallUs,
    peakRssMiB: Math.max(0, ...samples.map((sample) => sample.rssMiB)),
    /** CPU ÷ wall from `fromMs` to `toMs` after the start, read from outside. */
    cpuRatioBetween: (fromMs, toMs) => cpuRatioBetween(samples, startMs + fromMs, startMs + toMs),
  };
}

export const ALL_CORES = `0-${availableParallelism() - 1}`;

function readings(targetPids) {
  const { user, system } = process.cpuUsage();
  return {
    children: endedChildrenCpuUs(),
    target: targetPids.reduce((sum, pid) => sum + processCpuUs(pid), 0),
    self: user + system,
    machine: machineBusyUs(),
  };
}

/** Nanoseconds on a core of each thread of a process: `stat` counts in ticks of 10 ms. */
export function onCpuNsOf(pid) {
  const onCpuNs = new Map();
  for (const task of readdirSync(`/proc/${pid}/task`))
    onCpuNs.set(task, Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, "utf8").split(" ", 1)[0]));
  return onCpuNs;
}

/** What all threads together took from one such reading to the next. */
export function cpuNsSince(before, after) {
  return [...after].reduce((sum, [task, ns]) => sum + ns - (before.get(task) ?? 0), 0);
}

/** A process that has just ended is no sample. */
function sampleInto(samples, pid) {
  try {
    const onCpuNs = onCpuNsOf(pid);
    const peakKiB = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0;
    samples.push({ atMs: performance.now(), onCpuNs, rssMiB: Number(peakKiB) / 1024 });
  } catch {
    // Ended between two reads.
  }
}

function cpuRatioBetween(samples, fromMs, toMs) {
  const within = samples.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
  const [first, last] = [within[0], within.at(-1)];
  if (first === undefined || last === undefined || first === last) return Number.NaN;
  return cpuNsSince(first.onCpuNs, last.onCpuNs) / 1e6 / (last.atMs - first.atMs);
}
