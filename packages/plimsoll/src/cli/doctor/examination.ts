/** What a doctor found, and what follows from it. Pure, so that every piece of advice is a row of a test. */
import { formatCount, formatLimit, formatMs, formatRatio } from "../../base/format-number.ts";
import type { ClockPrecision } from "./clock-precision.ts";
import type { LagQuantiles } from "./lag-quantiles.ts";
import { lastingConnectionsPerSec, type MachineLimits, portCount } from "./machine-limits.ts";
import type { WakeLag } from "./wake-lag.ts";

export interface Examination {
  /** ISO text, wall clock. */
  readonly measuredAt: string;
  /** Version of this tool. */
  readonly plimsoll: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly node: string;
  readonly cpu: string;
  readonly os: string;
  readonly clockSource: string | undefined;
  readonly clock: ClockPrecision;
  /** How late this machine wakes a thread at a given instant. */
  readonly wakeLagMs: WakeLag;
  readonly limits: MachineLimits;
  /** Rising thread counts, closed loop, a target that answers at once. */
  readonly ceilings: readonly Ceiling[];
  /** Requests at a steady 1,000 a second. */
  readonly sendLagMs: LagQuantiles;
}

export interface Ceiling {
  readonly threads: number;
  readonly requestsPerSec: number;
  /** Of the load threads, µs; undefined where the system does not tell. */
  readonly cpuPerRequestUs: number | undefined;
  /** What one core, free for it, would send; undefined as above. */
  readonly perCorePerSec: number | undefined;
  /** Of the null target: near 1 it was the limit, as it has one thread. */
  readonly targetCpuRatio: number;
  /** Share of the time in which the worst-off load thread waited for a core; undefined as above. */
  readonly cpuWaitRatio: number | undefined;
}

/** A plan should leave the generator this much of what it can do at most: beyond, its own queue shows in the latencies. */
export const SAFE_RATIO = 0.6;
const TARGET_LIMIT_RATIO = 0.9;
const LATE_MS = 2;
const STARVED_RATIO = 0.1;
const MODEST_OPEN_FILES = 4096;
/** Clocks that cost a system call or a slow read each time they are looked at. */
const SLOW_CLOCKS: ReadonlySet<string> = new Set(["hpet", "acpi_pm", "jiffies"]);
/** A request looks at the clock about ten times. */
const SLOW_READ_NS = 1000;
/** The least that a latency is told in. */
const COARSE_STEP_NS = 10_000;

/** The greatest rate seen. */
function bestCeiling(ceilings: readonly Ceiling[]): Ceiling | undefined {
  return ceilings.reduce<Ceiling | undefined>(
    (best, ceiling) => (best === undefined || ceiling.requestsPerSec > best.requestsPerSec ? ceiling : best),
    undefined,
  );
}

export function isTargetTheLimit({ targetCpuRatio }: Ceiling): boolean {
  return targetCpuRatio >= TARGET_LIMIT_RATIO;
}

/** A sentence each, the weightiest first. */
export function adviseOn(examination: Examination): readonly string[] {
  return [
    ...ceilingAdvice(examination),
    ...clockAdvice(examination),
    ...coreAdvice(examination),
    ...limitAdvice(examination.limits),
  ];
}

function ceilingAdvice({ ceilings }: Examination): readonly string[] {
  const best = bestCeiling(ceilings);
  if (best === undefined) return [];
  const safe = formatLimit(best.requestsPerSec * SAFE_RATIO, "perSec");
  const threads = `${formatCount(best.threads)} load thread${best.threads === 1 ? "" : "s"}`;
  const advice = [`Plan for at most ${safe} of small requests from here (60 % of the best, with ${threads}).`];
  if (isTargetTheLimit(best))
    advice.push("The null target used a whole core and was the limit: the true ceiling is higher.");
  const last = ceilings.at(-1);
  if (last !== undefined && last.threads > best.threads)
    advice.push(`More than ${threads} made it no faster: the target needs a core too.`);
  return advice;
}

function clockAdvice({ sendLagMs, clockSource, clock }: Examination): readonly string[] {
  const advice: string[] = [];
  if (sendLagMs.p99 > LATE_MS)
    advice.push(
      `Requests left ${formatMs(sendLagMs.p99)} late at p99 at only ${formatLimit(1000, "perSec")}: something else uses this machine; a run now would be degraded.`,
    );
  if (clockSource !== undefined && (SLOW_CLOCKS.has(clockSource) || clock.readNs >= SLOW_READ_NS))
    advice.push(
      `The clock source ${clockSource} is slow to read (${formatMs(clock.readNs / 1e6)}): choose tsc or the hypervisor's own.`,
    );
  if (clock.stepNs >= COARSE_STEP_NS)
    advice.push(`The clock moves in steps of ${formatMs(clock.stepNs / 1e6)}: no latency can be told more exactly.`);
  return advice;
}

function coreAdvice({ cores, limits, ceilings }: Examination): readonly string[] {
  const advice: string[] = [];
  if (cores < 2) advice.push("There is one core: a target on this machine would be measured together with the load.");
  const { cpuQuotaCores } = limits;
  if (cpuQuotaCores !== undefined && cpuQuotaCores < cores)
    advice.push(
      `The container may use ${cpuQuotaCores.toFixed(2)} of ${cores} cores and is stopped in between: raise its quota, or give --threads.`,
    );
  const waited = Math.max(
    0,
    ...ceilings.filter(({ threads }) => threads < cores).map((each) => each.cpuWaitRatio ?? 0),
  );
  if (waited >= STARVED_RATIO)
    advice.push(`A load thread waited for a free core ${formatRatio(waited)} of the time: others use them.`);
  return advice;
}

function limitAdvice({ openFiles, ports }: MachineLimits): readonly string[] {
  const advice: string[] = [];
  if (openFiles !== undefined && openFiles < MODEST_OPEN_FILES)
    advice.push(
      `Open files are limited to ${formatCount(openFiles)}, one a connection: raise it with \`ulimit -n 65536\`.`,
    );
  if (ports !== undefined) {
    const perSec = formatLimit(lastingConnectionsPerSec(ports), "perSec");
    advice.push(
      `Up to ${formatCount(portCount(ports))} connections to one address at once; a closed one holds its port for a minute, so at most ${perSec} new ones in the long run: keep connections alive.`,
    );
  }
  return advice;
}
