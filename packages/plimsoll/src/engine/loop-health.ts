import { PerformanceObserver, performance } from "node:perf_hooks";
import type { GeneratorSecond } from "../records/second.ts";
import type { Transport } from "../transport/transport.ts";
import { LoopDelay } from "./loop-delay.ts";

/** The last second of a phase may last less than one: over a millisecond of work in it nothing is "100 % busy". */
const LEAST_SPAN_MS = 100;

/** Watches this thread's event loop and garbage collector; owns the observers until `stop`. */
export class LoopHealth {
  readonly #delay = new LoopDelay();
  readonly #observer: PerformanceObserver;
  #utilisation = performance.eventLoopUtilization();
  #gcPauseMs = 0;
  #gcMaxPauseMs = 0;
  #openedCount = 0;
  #reopenedByUsCount = 0;
  #staleRetryCount = 0;

  constructor() {
    this.#observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        this.#gcPauseMs += entry.duration;
        this.#gcMaxPauseMs = Math.max(this.#gcMaxPauseMs, entry.duration);
      }
    });
    this.#observer.observe({ entryTypes: ["gc"] });
  }

  /** What happened since the last call. `cpuRatio` and `rssBytes` are the process's and filled in by the fleet. */
  sample(transport: Transport): GeneratorSecond {
    const now = performance.eventLoopUtilization();
    const { active, idle } = performance.eventLoopUtilization(now, this.#utilisation);
    this.#utilisation = now;
    const delay = this.#delay.sample();
    const { counters } = transport;
    const sample = {
      loopDelayP99Ms: delay.p99Ms,
      loopDelayMaxMs: delay.maxMs,
      utilisationRatio: active / Math.max(LEAST_SPAN_MS, active + idle),
      cpuRatio: 0,
      rssBytes: 0,
      gcPauseMs: this.#gcPauseMs,
      gcMaxPauseMs: this.#gcMaxPauseMs,
      socketCount: counters.socketCount,
      openedCount: counters.openedCount - this.#openedCount,
      reopenedByUsCount: counters.reopenedByUsCount - this.#reopenedByUsCount,
      staleRetryCount: counters.staleRetryCount - this.#staleRetryCount,
    };
    this.#openedCount = counters.openedCount;
    this.#reopenedByUsCount = counters.reopenedByUsCount;
    this.#staleRetryCount = counters.staleRetryCount;
    this.#gcPauseMs = this.#gcMaxPauseMs = 0;
    return sample;
  }

  stop(): void {
    this.#delay.stop();
    this.#observer.disconnect();
  }
}
