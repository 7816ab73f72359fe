import { PlimsollError } from "../base/errors.ts";
import { mergeBuckets } from "./latency-histogram.ts";
import type { Cell, Extent, GeneratorSecond, SecondRecord, TaskSecond } from "./second.ts";

/**
 * What two workers counted in the same second of the same phase, as if one had counted it.
 * Law: order and grouping make no difference, but for the last bits of sums of milliseconds.
 */
export function mergeSeconds(left: SecondRecord, right: SecondRecord): SecondRecord {
  if (left.phase !== right.phase || left.sec !== right.sec) {
    const ofWhich = `phase ${left.phase} second ${left.sec} and phase ${right.phase} second ${right.sec}`;
    throw new PlimsollError("BUG", `only equal seconds can be merged, not ${ofWhich}`);
  }
  return {
    phase: left.phase,
    sec: left.sec,
    users: left.users + right.users,
    tasks: mergeMaps(left.tasks, right.tasks, mergeTasks),
    lag: mergeBuckets(left.lag, right.lag),
    gen: mergeGenerators(left.gen, right.gen),
  };
}

function mergeTasks(left: TaskSecond, right: TaskSecond): TaskSecond {
  const leftEnded = left.completed + left.failed;
  const rightEnded = right.completed + right.failed;
  return {
    planned: left.planned + right.planned,
    sent: left.sent + right.sent,
    completed: left.completed + right.completed,
    failed: left.failed + right.failed,
    inFlight: left.inFlight + right.inFlight,
    dropped: mergeMaps(left.dropped, right.dropped, add),
    errors: mergeMaps(left.errors, right.errors, (a, b) => mergeMaps(a, b, add)),
    bodyBytes: left.bodyBytes + right.bodyBytes,
    responseMs: mergeExtents(left.responseMs, leftEnded, right.responseMs, rightEnded),
    serviceMs: mergeExtents(left.serviceMs, leftEnded, right.serviceMs, rightEnded),
    service: mergeBuckets(left.service, right.service),
    cells: mergeCells(left.cells, right.cells),
  };
}

/** The zeros of an extent of nothing must not pass for a least value. */
function mergeExtents(left: Extent, leftCount: number, right: Extent, rightCount: number): Extent {
  if (leftCount === 0) return right;
  if (rightCount === 0) return left;
  return {
    sum: left.sum + right.sum,
    min: Math.min(left.min, right.min),
    max: Math.max(left.max, right.max),
  };
}

function mergeCells(left: readonly Cell[], right: readonly Cell[]): readonly Cell[] {
  const byDue = new Map<number, Cell>();
  for (const cell of [...left, ...right]) {
    const held = byDue.get(cell.due);
    byDue.set(cell.due, held === undefined ? cell : mergeCellPair(held, cell));
  }
  return [...byDue.values()].sort((a, b) => a.due - b.due);
}

function mergeCellPair(left: Cell, right: Cell): Cell {
  const [longer, shorter] = left.over.length < right.over.length ? [right.over, left.over] : [left.over, right.over];
  return {
    due: left.due,
    response: mergeBuckets(left.response, right.response),
    failed: mergeBuckets(left.failed, right.failed),
    censored: mergeBuckets(left.censored, right.censored),
    over: longer.map((count, index) => count + (shorter[index] ?? 0)),
  };
}

/** Counts add up; levels are those of the worst worker. */
function mergeGenerators(left: GeneratorSecond, right: GeneratorSecond): GeneratorSecond {
  return {
    loopDelayP99Ms: Math.max(left.loopDelayP99Ms, right.loopDelayP99Ms),
    loopDelayMaxMs: Math.max(left.loopDelayMaxMs, right.loopDelayMaxMs),
    utilisationRatio: Math.max(left.utilisationRatio, right.utilisationRatio),
    cpuRatio: Math.max(left.cpuRatio, right.cpuRatio),
    rssBytes: Math.max(left.rssBytes, right.rssBytes),
    gcPauseMs: Math.max(left.gcPauseMs, right.gcPauseMs),
    gcMaxPauseMs: Math.max(left.gcMaxPauseMs, right.gcMaxPauseMs),
    socketCount: left.socketCount + right.socketCount,
    openedCount: left.openedCount + right.openedCount,
    reopenedByUsCount: left.reopenedByUsCount + right.reopenedByUsCount,
    staleRetryCount: left.staleRetryCount + right.staleRetryCount,
    ...mergeToldBySystem(left, right),
  };
}

/** What a side does not tell is not known to be 0: it stays out. */
function mergeToldBySystem(
  left: GeneratorSecond,
  right: GeneratorSecond,
): Pick<GeneratorSecond, "cpuRatioByThread" | "threadCpuRatios" | "cpuWaitRatio" | "stealRatio"> {
  // Threads of one name are of several machines: the busier one's.
  const byThread = mergeMaps(left.cpuRatioByThread ?? {}, right.cpuRatioByThread ?? {}, Math.max);
  const threads = [...(left.threadCpuRatios ?? []), ...(right.threadCpuRatios ?? [])].sort((a, b) => b - a);
  const cpuWaitRatio = worst(left.cpuWaitRatio, right.cpuWaitRatio);
  const stealRatio = worst(left.stealRatio, right.stealRatio);
  return {
    ...(Object.keys(byThread).length === 0 ? {} : { cpuRatioByThread: byThread }),
    ...(threads.length === 0 ? {} : { threadCpuRatios: threads }),
    ...(cpuWaitRatio === undefined ? {} : { cpuWaitRatio }),
    ...(stealRatio === undefined ? {} : { stealRatio }),
  };
}

function worst(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined || right === undefined ? (left ?? right) : Math.max(left, right);
}

/** Names come from specs and targets: through a Map, `__proto__` and `constructor` are names like any other. */
function mergeMaps<T>(
  left: Readonly<Record<string, T | undefined>>,
  right: Readonly<Record<string, T | undefined>>,
  merge: (a: T, b: T) => T,
): Record<string, T> {
  const merged = new Map<string, T>();
  for (const [name, value] of [...Object.entries(left), ...Object.entries(right)]) {
    if (value === undefined) continue;
    const held = merged.get(name);
    merged.set(name, held === undefined ? value : merge(held, value));
  }
  return Object.fromEntries(merged);
}

function add(a: number, b: number): number {
  return a + b;
}
