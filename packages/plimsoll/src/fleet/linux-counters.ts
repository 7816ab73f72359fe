/** Counters of the Linux kernel, read as text; pure, and `undefined` for anything that does not look like them. */

/** Since the thread began. */
export interface ThreadCpu {
  readonly cpuMs: number;
  /** Ready to run, but no core was free. */
  readonly waitMs: number;
}

/** `/proc/self/task/TID/schedstat`: ns on a core, ns waiting for one, and how often: `244580855 113458065 74`. */
export function parseThreadCpu(schedstat: string): ThreadCpu | undefined {
  const match = /^(\d+) (\d+) \d+\s*$/.exec(schedstat);
  return match === null ? undefined : { cpuMs: Number(match[1]) / 1e6, waitMs: Number(match[2]) / 1e6 };
}

/** Ticks of all cores together, since the machine began. */
export interface MachineCpu {
  readonly totalTicks: number;
  /** Taken by the hypervisor while we had work. */
  readonly stealTicks: number;
}

/** First line of `/proc/stat`: user nice system idle iowait irq softirq steal, then guest times that user holds already. */
export function parseMachineCpu(stat: string): MachineCpu | undefined {
  const match = /^cpu +(\d+(?: \d+){7,})/.exec(stat);
  if (match === null) return undefined;
  const ticks = match[1]!.split(" ").slice(0, 8).map(Number);
  return { totalTicks: ticks.reduce((sum, count) => sum + count, 0), stealTicks: ticks[7]! };
}
