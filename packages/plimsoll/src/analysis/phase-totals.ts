import { DROP_REASONS, type DropReason } from "../base/outcome.ts";
import { inWholeNs, spanMs } from "../base/span.ts";
import { mergeBuckets } from "../records/latency-histogram.ts";
import type { EventRecord, PhaseRecord, PlannedPhase, PlanRecord } from "../records/record.ts";
import type { Buckets, SecondRecord } from "../records/second.ts";
import { generatorStats } from "./generator-stats.ts";
import { NO_BUCKETS } from "./interned-buckets.ts";
import { ownDelays } from "./own-delays.ts";
import { meanLoadUntil } from "./planned-load.ts";
import { profileBooks } from "./profile-books.ts";
import { profileDrift } from "./profile-drift.ts";
import { profileSpike, type SpikeSeries } from "./profile-spike.ts";
import { profileSteady } from "./profile-steady.ts";
import type { ProfileStats, SecondPoint, TaskStats } from "./run-stats.ts";
import { SecondTotals } from "./second-totals.ts";
import { type Stall, stallsIn } from "./stalls.ts";
import { TaskTotals } from "./task-totals.ts";
import { NO_RATES, taskRates, wholeSeconds } from "./throughput.ts";
import { userSpike } from "./user-spike.ts";
import { findWarmup, unsettledByLoad } from "./warm-up.ts";

/** The name of the row over all tasks, as in Locust's files. */
export const AGGREGATED = "Aggregated";

/** Differences of instants are not exact: a phase of 10 s has no eleventh second. */
const ROUNDING_MS = 0.5;

/** When a phase ran. */
interface PhaseTimes {
  readonly startedAt: string;
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly drainMs: number | undefined;
  readonly isFinished: boolean;
}

/** What a phase's figures need to know of the run around it. */
interface RunContext {
  readonly runStartedAt: string;
  /** Of the phase in the plan. */
  readonly index: number;
  readonly events: readonly EventRecord[];
}

/** What the rows of the tasks need to know of the phase. */
interface TaskFacts {
  readonly startedAtMs: number;
  /** In flight at the end, by task. */
  readonly levels: ReadonlyMap<string, number>;
  readonly rates: ReturnType<typeof taskRates>;
}

interface KnownStats {
  readonly planned: PlannedPhase;
  readonly limitsMs: PlanRecord["limitsMs"];
  readonly eventCount: number;
  readonly stats: ProfileStats;
}

/** Everything one phase came to so far; grows with its seconds and tasks, not with its requests. */
export class PhaseTotals {
  readonly #marks = new Map<PhaseRecord["at"], PhaseRecord>();
  readonly #tasks = new Map<string, TaskTotals>();
  readonly #all = new TaskTotals();
  readonly #seconds = new Map<number, SecondTotals>();
  readonly #dropped = new Map<DropReason, number>();
  #lag: Buckets = NO_BUCKETS;
  /** What `stats` last said, for as long as nothing was added: a search asks often, of many phases that have ended. */
  #known: KnownStats | undefined;

  addMark(mark: PhaseRecord): void {
    this.#known = undefined;
    if (!this.#marks.has(mark.at)) this.#marks.set(mark.at, mark);
  }

  addSecond(second: SecondRecord): void {
    this.#known = undefined;
    for (const [name, task] of Object.entries(second.tasks)) {
      this.#task(name).addSecond(task, second.sec);
      this.#all.addSecond(task, second.sec);
      for (const reason of DROP_REASONS) this.#addDropped(reason, task.dropped[reason] ?? 0);
    }
    this.#lag = mergeBuckets(this.#lag, second.lag);
    const held = this.#seconds.get(second.sec);
    if (held === undefined) this.#seconds.set(second.sec, new SecondTotals(second));
    else held.addRecord(second);
  }

  add(other: PhaseTotals): void {
    this.#known = undefined;
    for (const mark of other.#marks.values()) this.addMark(mark);
    for (const [name, totals] of other.#tasks) this.#task(name).add(totals);
    this.#all.add(other.#all);
    for (const [reason, count] of other.#dropped) this.#addDropped(reason, count);
    this.#lag = mergeBuckets(this.#lag, other.#lag);
    for (const [sec, second] of other.#seconds) {
      const held = this.#seconds.get(sec);
      if (held === undefined) this.#seconds.set(sec, second);
      else held.add(second);
    }
  }

  /** `startedAtMs` and wall time fall back to those of the run when a damaged journal lost the phase's start. */
  stats(planned: PlannedPhase, plan: PlanRecord, context: RunContext): ProfileStats {
    const eventCount = context.events.length;
    const known = this.#known;
    if (known?.planned === planned && known.eventCount === eventCount && known.limitsMs === plan.limitsMs)
      return known.stats;
    const stats = this.#stats(planned, plan, context);
    this.#known = { planned, eventCount, limitsMs: plan.limitsMs, stats };
    return stats;
  }

  #stats(planned: PlannedPhase, plan: PlanRecord, { runStartedAt, index, events }: RunContext): ProfileStats {
    const seconds = [...this.#seconds.values()].sort((a, b) => a.sec - b.sec);
    const times = this.#times(seconds, planned.plannedMs, runStartedAt);
    const levels = new Map<string, number>();
    const series = seconds.map((second) => pointOf(second, levels));
    const rates = taskRates(seconds, wholeSeconds(0, times.durationMs));
    const tasks = this.#taskStats(plan, { startedAtMs: times.startedAtMs, levels, rates });
    const all = tasks[tasks.length - 1]!;
    const stalls = stallsIn(events, index, times.startedAtMs);
    const sending = seconds.filter(({ sec }) => sec * 1000 + ROUNDING_MS < times.durationMs);
    const warmup = findWarmup({
      planned,
      durationMs: times.durationMs,
      medianMs: all.responseMs?.p50 ?? 0,
      slots: all.slots,
      series,
    });
    const shape = { planned, durationMs: times.durationMs, warmup, slots: all.slots, series };
    const course = courseOf(shape, all, times.isFinished);
    return {
      name: planned.name,
      planned,
      ...times,
      users: planned.kind === "closed" ? greatestUsers(seconds) || (planned.users ?? 0) : undefined,
      ratePerSec: planned.kind === "open" ? meanRate(planned, times.durationMs) : undefined,
      arrivals: all.arrivals,
      tasks,
      series,
      generator: generatorStats({
        planned,
        arrivals: all.arrivals,
        errors: all.errors,
        dropped: Object.fromEntries(this.#dropped),
        lag: this.#lag,
        seconds: sending.map(({ gen }) => gen),
        stalls,
        limitsMs: plan.limitsMs,
        isFinished: times.isFinished,
      }),
      ...ownDelaysOf({ stalls, seconds, series }, all),
      warmup: course.steady?.verdict === "unstable" ? unsettledByLoad(warmup) : warmup,
      ...course,
    };
  }

  #task(name: string): TaskTotals {
    const held = this.#tasks.get(name) ?? new TaskTotals();
    this.#tasks.set(name, held);
    return held;
  }

  #addDropped(reason: DropReason, count: number): void {
    if (count > 0) this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + count);
  }

  #times(seconds: readonly SecondTotals[], plannedMs: number, runStartedAt: string): PhaseTimes {
    const start = this.#marks.get("start");
    const end = this.#marks.get("end");
    const drained = this.#marks.get("drained");
    const knownMs = ((seconds[seconds.length - 1]?.sec ?? -1) + 1) * 1000;
    const startedAtMs = inWholeNs(start?.atMs ?? 0);
    return {
      startedAt: start?.wall ?? runStartedAt,
      startedAtMs,
      // The mark of the end comes when all is drained; until then the plan tells when sending ended at the latest.
      durationMs:
        start !== undefined && end !== undefined ? spanMs(start.atMs, end.atMs) : Math.min(knownMs, plannedMs),
      drainMs: end !== undefined && drained !== undefined ? spanMs(end.atMs, drained.atMs) : undefined,
      isFinished: drained !== undefined,
    };
  }

  #taskStats(plan: PlanRecord, { startedAtMs, levels, rates }: TaskFacts): readonly TaskStats[] {
    const order = new Map(plan.tasks.map((task, index) => [task.name, index]));
    const methods = new Map(plan.tasks.map((task) => [task.name, task.method]));
    const place = (name: string): number => order.get(name) ?? order.size;
    const names = [...this.#tasks.keys()].sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
    const rows = names.map((name) =>
      this.#task(name).stats({
        phaseStartedAtMs: startedAtMs,
        rates: rates.byTask.get(name) ?? NO_RATES,
        name,
        method: methods.get(name) ?? "",
        inFlightAtEnd: levels.get(name) ?? 0,
      }),
    );
    const inFlightAtEnd = [...levels.values()].reduce((sum, level) => sum + level, 0);
    const whole = { name: AGGREGATED, method: "", phaseStartedAtMs: startedAtMs, inFlightAtEnd, rates: rates.all };
    return [...rows, this.#all.stats(whole)];
  }
}

/** A task that a second does not name stands where it last stood; `levels` carries that from second to second. */
function pointOf(second: SecondTotals, levels: Map<string, number>): SecondPoint {
  for (const [name, { inFlight }] of second.tasks) levels.set(name, inFlight);
  return second.point([...levels.values()].reduce((sum, level) => sum + level, 0));
}

function ownDelaysOf(
  {
    stalls,
    seconds,
    series,
  }: {
    readonly stalls: readonly Stall[];
    readonly seconds: readonly SecondTotals[];
    readonly series: readonly SecondPoint[];
  },
  { slots, responseMs }: TaskStats,
): Pick<ProfileStats, "ownDelays"> {
  const found = ownDelays({
    stalls,
    seconds: seconds.map(({ gen }, at) => ({ ...gen, atMs: series[at]!.atMs, sendLagP99Ms: series[at]!.sendLagP99Ms })),
    slots,
    medianMs: responseMs?.p50 ?? 0,
  });
  return found.length === 0 ? {} : { ownDelays: found };
}

/** What only phases long enough, or shaped so, can tell. */
function courseOf(
  evidence: Omit<SpikeSeries, "series"> & Pick<ProfileStats, "series">,
  all: TaskStats,
  isFinished: boolean,
): Pick<ProfileStats, "drift" | "steady" | "spike" | "userSpike" | "books"> {
  const drift = profileDrift(evidence);
  const steady = profileSteady({ ...evidence, serviceBuckets: all.serviceBuckets });
  const spike = profileSpike(evidence);
  const atOnce = userSpike({ ...evidence, all });
  const books = profileBooks({ ...evidence, cutMs: evidence.warmup.cutMs, isFinished, all });
  return {
    ...(drift === undefined ? {} : { drift }),
    ...(steady === undefined ? {} : { steady }),
    ...(spike === undefined ? {} : { spike }),
    ...(atOnce === undefined ? {} : { userSpike: atOnce }),
    books,
  };
}

/** Over the time that ran: of a ramp that was broken off, the plan's own mean counts arrivals that nobody was to send. */
function meanRate({ ratePerSec, plannedMs, shape }: PlannedPhase, durationMs: number): number | undefined {
  const isWhole = durationMs <= 0 || durationMs > plannedMs - ROUNDING_MS;
  return isWhole || shape.length === 0 ? ratePerSec : meanLoadUntil(shape, durationMs);
}

function greatestUsers(seconds: readonly SecondTotals[]): number {
  return seconds.reduce((most, { users }) => Math.max(most, users), 0);
}
