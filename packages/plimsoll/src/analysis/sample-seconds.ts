/** Imagined requests counted into the seconds that a journal holds of them, for tests. */
import type { ErrorKind } from "../base/outcome.ts";
import { bucketIndexOfUs } from "../records/latency-histogram.ts";
import type { DataRecord } from "../records/record.ts";
import {
  type Buckets,
  type Cell,
  type Extent,
  type GeneratorSecond,
  SLOT_MS,
  type TaskSecond,
} from "../records/second.ts";
import { drainLimitMs, type SampledRequest, type SampleProfile } from "./sample-load.ts";

interface Sample {
  readonly profile: SampleProfile;
  readonly phase: number;
  readonly requests: readonly SampledRequest[];
  readonly limitsMs: readonly number[];
}

const IDLE: GeneratorSecond = {
  loopDelayP99Ms: 2,
  loopDelayMaxMs: 4,
  utilisationRatio: 0.2,
  cpuRatio: 0.25,
  rssBytes: 90_000_000,
  gcPauseMs: 3,
  gcMaxPauseMs: 1,
  socketCount: 10,
  openedCount: 0,
  reopenedByUsCount: 0,
  staleRetryCount: 0,
};

/** What happened to one task's requests, by second. */
interface TaskTrack {
  readonly planned: number[];
  readonly sent: number[];
  readonly ended: SampledRequest[][];
  readonly censored: SampledRequest[];
}

/** One record a second until all is drained; its counts agree with the requests to the last one. */
export function sampleSeconds(sample: Sample): readonly DataRecord[] {
  const { profile, requests } = sample;
  const lastMs = requests.reduce((last, { endMs }) => Math.max(last, endMs ?? giveUpMs(profile) - 1), 0);
  const count = Math.max(Math.ceil(profile.durationMs / 1000), Math.floor(lastMs / 1000) + 1);
  const tracks = tracksOf(requests, count);
  const lags = Array.from({ length: count }, (): number[] => []);
  for (const { sentMs, dueMs } of requests) lags[secOf(sentMs)]?.push(sentMs - dueMs);
  const inFlight = new Map<string, number>();
  return Array.from({ length: count }, (_, sec): DataRecord => {
    const tasks: Record<string, TaskSecond> = {};
    for (const [task, track] of tracks) {
      const droppedCount = isFirst(tracks, task) && sec * 1000 < profile.durationMs ? (profile.droppedPerSec ?? 0) : 0;
      const level = (inFlight.get(task) ?? 0) + (track.sent[sec] ?? 0) - (track.ended[sec]?.length ?? 0);
      inFlight.set(task, level);
      tasks[task] = taskSecond(sample, track, { sec, isLast: sec === count - 1, level, droppedCount });
    }
    return {
      k: "d",
      q: null,
      vec: { local: [0, sec] },
      phase: sample.phase,
      sec,
      users: usersAt(profile, sec + 1),
      tasks,
      lag: bucketsOf(lags[sec] ?? []),
      gen: { ...IDLE, ...profile.generator },
    };
  });
}

function tracksOf(requests: readonly SampledRequest[], count: number): ReadonlyMap<string, TaskTrack> {
  const tracks = new Map<string, TaskTrack>();
  for (const request of requests) {
    const track = tracks.get(request.task) ?? {
      planned: new Array<number>(count).fill(0),
      sent: new Array<number>(count).fill(0),
      ended: Array.from({ length: count }, () => []),
      censored: [],
    };
    tracks.set(request.task, track);
    track.planned[secOf(request.dueMs)]!++;
    track.sent[secOf(request.sentMs)]!++;
    if (request.endMs === undefined) track.censored.push(request);
    else track.ended[secOf(request.endMs)]!.push(request);
  }
  return tracks;
}

function isFirst(tracks: ReadonlyMap<string, TaskTrack>, task: string): boolean {
  return tracks.keys().next().value === task;
}

interface SecondOfTask {
  readonly sec: number;
  readonly isLast: boolean;
  /** In flight at its end. */
  readonly level: number;
  readonly droppedCount: number;
}

function taskSecond(sample: Sample, track: TaskTrack, { sec, isLast, level, droppedCount }: SecondOfTask): TaskSecond {
  const ended = track.ended[sec] ?? [];
  const failedCount = ended.filter(({ failure }) => failure !== undefined).length;
  const servicesMs = ended.map(({ sentMs, endMs = sentMs }) => endMs - sentMs);
  return {
    planned: (track.planned[sec] ?? 0) + droppedCount,
    sent: track.sent[sec] ?? 0,
    completed: ended.length - failedCount,
    failed: failedCount,
    inFlight: level,
    dropped: droppedCount > 0 ? { "connection-cap": droppedCount } : {},
    errors: errorsOf(ended),
    bodyBytes: ended.reduce((sum, { bodyBytes }) => sum + bodyBytes, 0),
    responseMs: extentOf(ended.map(responseMs)),
    serviceMs: extentOf(servicesMs),
    service: bucketsOf(servicesMs),
    cells: cellsOf(sample, ended, isLast ? track.censored : []),
  };
}

function cellsOf(
  sample: Sample,
  ended: readonly SampledRequest[],
  censored: readonly SampledRequest[],
): readonly Cell[] {
  const dues = new Set([...ended, ...censored].map(({ dueMs }) => Math.floor(dueMs / SLOT_MS)));
  return [...dues]
    .sort((a, b) => a - b)
    .map((due) => {
      const isOfSlot = ({ dueMs }: SampledRequest): boolean => Math.floor(dueMs / SLOT_MS) === due;
      const slotEnded = ended.filter(isOfSlot);
      const failed = slotEnded.filter(({ failure }) => failure !== undefined);
      const completed = slotEnded.filter(({ failure }) => failure === undefined).map(responseMs);
      const agesMs = censored.filter(isOfSlot).map(({ dueMs }) => giveUpMs(sample.profile) - dueMs);
      return {
        due,
        response: bucketsOf(completed),
        failed: bucketsOf(failed.map(responseMs)),
        censored: bucketsOf(agesMs),
        over: sample.limitsMs.map(
          (limitMs) => failed.length + [...completed, ...agesMs].filter((ms) => ms > limitMs).length,
        ),
      };
    });
}

function errorsOf(ended: readonly SampledRequest[]): TaskSecond["errors"] {
  const errors: Partial<Record<ErrorKind, Record<string, number>>> = {};
  for (const { failure } of ended) {
    if (failure === undefined) continue;
    const messages = errors[failure.kind] ?? {};
    messages[failure.message] = (messages[failure.message] ?? 0) + 1;
    errors[failure.kind] = messages;
  }
  return errors;
}

function extentOf(valuesMs: readonly number[]): Extent {
  if (valuesMs.length === 0) return { sum: 0, min: 0, max: 0 };
  return {
    sum: valuesMs.reduce((sum, ms) => sum + ms, 0),
    min: Math.min(...valuesMs),
    max: Math.max(...valuesMs),
  };
}

function bucketsOf(valuesMs: readonly number[]): Buckets {
  const counts = new Map<number, number>();
  for (const ms of valuesMs) {
    const index = bucketIndexOfUs(ms * 1000);
    counts.set(index, (counts.get(index) ?? 0) + 1);
  }
  return [...counts].sort(([a], [b]) => a - b);
}

function usersAt(profile: SampleProfile, atSec: number): number {
  if (profile.users === undefined || atSec * 1000 > profile.durationMs) return 0;
  return Math.min(profile.users, (profile.spawnPerSec ?? Number.POSITIVE_INFINITY) * atSec);
}

function responseMs({ dueMs, endMs = dueMs }: SampledRequest): number {
  return endMs - dueMs;
}

function giveUpMs(profile: SampleProfile): number {
  return profile.durationMs + drainLimitMs(profile);
}

function secOf(atMs: number): number {
  return Math.floor(atMs / 1000);
}
