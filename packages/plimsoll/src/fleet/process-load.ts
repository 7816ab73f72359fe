import { readFileSync, readlinkSync } from "node:fs";
import { performance } from "node:perf_hooks";
import type { GeneratorSecond } from "../records/second.ts";
import { type MachineCpu, parseMachineCpu, parseThreadCpu, parseThreadLink, type ThreadCpu } from "./linux-counters.ts";

/** Ratios over less than this are noise: the last ones are told again. */
const LEAST_SPAN_MS = 100;

/** What the process and the system around it tell of one second. */
export type ProcessSample = Pick<
  GeneratorSecond,
  "cpuRatio" | "threadCpuRatios" | "cpuWaitRatio" | "stealRatio" | "rssBytes"
>;

interface Reading {
  readonly atMs: number;
  readonly cpu: NodeJS.CpuUsage;
  readonly threads: readonly (ThreadCpu | undefined)[];
  readonly machine: MachineCpu | undefined;
}

/**
 * What the whole process used since the last call: CPU as a ratio of one core, its load threads' and the machine's part
 * in it where Linux tells, and its memory now. Reads four small files of the kernel, so it belongs off the hot threads.
 */
export class ProcessLoad {
  readonly #threadIds: readonly (number | undefined)[];
  #last: Reading;
  #sample: ProcessSample = { cpuRatio: 0, rssBytes: readRssBytes() ?? 0 };

  /** `threadIds` of the load threads are the system's. */
  constructor(threadIds: readonly (number | undefined)[]) {
    this.#threadIds = threadIds;
    this.#last = this.#read();
  }

  sample(): ProcessSample {
    if (performance.now() - this.#last.atMs < LEAST_SPAN_MS) return this.#sample;
    const before = this.#last;
    this.#last = this.#read();
    const rssBytes = readRssBytes() ?? this.#sample.rssBytes;
    this.#sample = { ...compareReadings(before, this.#last), rssBytes };
    return this.#sample;
  }

  #read(): Reading {
    return {
      atMs: performance.now(),
      cpu: process.cpuUsage(),
      threads: this.#threadIds.map((id) =>
        id === undefined ? undefined : parseThreadCpu(readKernelFile(`/proc/self/task/${id}/schedstat`)),
      ),
      machine: parseMachineCpu(readKernelFile("/proc/stat")),
    };
  }
}

function compareReadings(from: Reading, to: Reading): Omit<ProcessSample, "rssBytes"> {
  const spanMs = to.atMs - from.atMs;
  const threads = to.threads.flatMap((now, index) => {
    const before = from.threads[index];
    return now === undefined || before === undefined ? [] : [{ now, before }];
  });
  const ratio = (ms: number): number => Math.min(1, Math.round((ms / spanMs) * 1000) / 1000);
  const machineTicks = to.machine && from.machine ? to.machine.totalTicks - from.machine.totalTicks : 0;
  const usedUs = to.cpu.user - from.cpu.user + to.cpu.system - from.cpu.system;
  return {
    cpuRatio: usedUs / 1000 / spanMs,
    ...(threads.length === 0
      ? {}
      : {
          threadCpuRatios: threads.map(({ now, before }) => ratio(now.cpuMs - before.cpuMs)).sort((a, b) => b - a),
          cpuWaitRatio: Math.max(...threads.map(({ now, before }) => ratio(now.waitMs - before.waitMs))),
        }),
    ...(machineTicks > 0
      ? { stealRatio: Math.max(0, to.machine!.stealTicks - from.machine!.stealTicks) / machineTicks }
      : {}),
  };
}

/** The calling thread's number in the system, under which its counters stand; undefined where there is no such. */
export function systemThreadId(): number | undefined {
  try {
    return parseThreadLink(readlinkSync("/proc/thread-self"));
  } catch {
    return undefined;
  }
}

/** Linux tells it in a file, which a process that has run out of descriptors cannot open. */
function readRssBytes(): number | undefined {
  try {
    return process.memoryUsage.rss();
  } catch {
    return undefined;
  }
}

function readKernelFile(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
