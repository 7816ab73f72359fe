import { performance } from "node:perf_hooks";
import type { GeneratorSecond } from "../records/second.ts";

/** What the whole process used since the last call: CPU as a ratio of one core, and its memory now. */
export class ProcessLoad {
  #cpu = process.cpuUsage();
  #atMs = performance.now();

  sample(): Pick<GeneratorSecond, "cpuRatio" | "rssBytes"> {
    const used = process.cpuUsage(this.#cpu);
    const nowMs = performance.now();
    const elapsedMs = Math.max(1, nowMs - this.#atMs);
    this.#cpu = process.cpuUsage();
    this.#atMs = nowMs;
    return { cpuRatio: (used.user + used.system) / 1000 / elapsedMs, rssBytes: process.memoryUsage.rss() };
  }
}
