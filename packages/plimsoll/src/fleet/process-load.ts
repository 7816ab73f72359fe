import { readFileSync, readlinkSync } from "node:fs";
import { performance } from "node:perf_hooks";
import type { GeneratorSecond } from "../records/second.ts";
import { type MachineCpu, parseMachineCpu, parseThreadCpu, parseThreadLink, type ThreadCpu } from "./linux-counters.ts";

/** Ratios over less than this are noise: the last ones are told again. */
const LEAST_SPAN_MS = 100;

/** What the process and the system around it tell of one second. */
export type ProcessSample = Pick<
  GeneratorSecond,
  "cpuRatio" | "cpuRatioByThread" | "threadCpuRatios" | "cpuWaitRatio" | "stealRatio" | "rssBytes"
>;

interface Reading {
  readonly atMs: number;
  readonly cpu: NodeJS.CpuUsage;
  readonly threads: ReadonlyMap<string, ThreadCpu>;
  readonly machine: MachineCpu | undefined;
}

/** The system's numbers of threads, by the name under which the journal tells of them, such as `load-0`. */
export type ThreadIds = ReadonlyMap<string, number>;

/** Names of threads that send begin so. */
const LOAD_THREAD = "load-";

export function loadThreadName(index: number): string {
  return `${LOAD_THREAD}${index}`;
}

/**
 * What the whole process used since the last call: CPU as a ratio of one core, its threads' and the machine's part in
 * it where Linux tells, and its memory now. Reads a few small files of the kernel, so it belongs off the hot threads.
 */
export class ProcessLoad {
  readonly #threadIds: ThreadIds;
  #last: Reading;
  #sample: ProcessSample = { cpuRatio: 0, rssBytes: readRssBytes() ?? 0 };

  /** The calling thread is told of as `main`. */
  constructor(threadIds: ThreadIds) {
    const mainId = systemThreadId();
    this.#threadIds = new Map([...(mainId === undefined ? [] : [["main", mainId] as const]), ...threadIds]);
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
      threads: this.#readThreads(),
      machine: parseMachineCpu(readKernelFile("/proc/stat")),
    };
  }

  #readThreads(): Reading["threads"] {
    const threads = new Map<string, ThreadCpu>();
    for (const [name, id] of this.#threadIds) {
      const cpu = parseThreadCpu(readKernelFile(`/proc/self/task/${id}/schedstat`));
      if (cpu !== undefined) threads.set(name, cpu);
    }
    return threads;
  }
}

function compareReadings(from: Reading, to: Reading): Omit<ProcessSample, "rssBytes"> {
  const spanMs = to.atMs - from.atMs;
  const ratio = (ms: number): number => Math.min(1, Math.round((ms / spanMs) * 1000) / 1000);
  const machineTicks = to.machine && from.machine ? to.machine.totalTicks - from.machine.totalTicks : 0;
  const usedUs = to.cpu.user - from.cpu.user + to.cpu.system - from.cpu.system;
  return {
    cpuRatio: usedUs / 1000 / spanMs,
    ...compareThreads(from.threads, to.threads, ratio),
    ...(machineTicks > 0
      ? { stealRatio: Math.max(0, to.machine!.stealTicks - from.machine!.stealTicks) / machineTicks }
      : {}),
  };
}

function compareThreads(
  from: Reading["threads"],
  to: Reading["threads"],
  ratio: (ms: number) => number,
): Pick<ProcessSample, "cpuRatioByThread" | "threadCpuRatios" | "cpuWaitRatio"> {
  const threads = [...to].flatMap(([name, now]) => {
    const before = from.get(name);
    if (before === undefined) return [];
    return [{ name, cpuRatio: ratio(now.cpuMs - before.cpuMs), waitRatio: ratio(now.waitMs - before.waitMs) }];
  });
  if (threads.length === 0) return {};
  const told = { cpuRatioByThread: Object.fromEntries(threads.map(({ name, cpuRatio }) => [name, cpuRatio])) };
  const load = threads.filter(({ name }) => name.startsWith(LOAD_THREAD));
  if (load.length === 0) return told;
  return {
    ...told,
    threadCpuRatios: load.map(({ cpuRatio }) => cpuRatio).sort((a, b) => b - a),
    cpuWaitRatio: Math.max(...load.map(({ waitRatio }) => waitRatio)),
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
