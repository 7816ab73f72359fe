import { performance } from "node:perf_hooks";
import { quantileOf } from "../../analysis/order-statistics.ts";
import type { Clock } from "../../base/clock.ts";
import type { Alarm } from "../../engine/alarm.ts";
import { createMetronomeAlarm } from "../../engine/metronome-alarm.ts";
import { createTimerAlarm } from "../../engine/timer-alarm.ts";
import type { LagQuantiles } from "./lag-quantiles.ts";

const ROUNDS = 4;
const WAKES_PER_ROUND = 150;
/** As at 1,000 requests a second; a third of a millisecond more each time, so that no timer of whole ones is favoured. */
const EVERY_MS = 1 + 1 / 3;
const START_MS = 50;

/** How late either way of waking up comes, with nothing to do in between. */
export interface WakeLag {
  /** The thread of its own that open loops are sent by. */
  readonly metronome: LagQuantiles;
  /** `setTimeout`: what a generator without one has. */
  readonly timer: LagQuantiles;
}

/** By turns, so that both meet the same machine; takes about two seconds. */
export async function measureWakeLag(threadUrl: URL): Promise<WakeLag> {
  const clock: Clock = { nowMs: () => performance.now() };
  const metronome = createMetronomeAlarm(clock, threadUrl);
  const timer = createTimerAlarm(clock);
  const lags: Record<keyof WakeLag, number[]> = { metronome: [], timer: [] };
  try {
    await wake(metronome, clock.nowMs() + START_MS);
    for (let round = 0; round < ROUNDS; round++) {
      lags.timer.push(...(await lagsOf(timer, clock)));
      lags.metronome.push(...(await lagsOf(metronome, clock)));
    }
  } finally {
    await metronome.close();
  }
  return { metronome: quantiles(lags.metronome), timer: quantiles(lags.timer) };
}

async function lagsOf(alarm: Alarm, clock: Clock): Promise<readonly number[]> {
  const lags: number[] = [];
  const startMs = clock.nowMs();
  for (let k = 1; k <= WAKES_PER_ROUND; k++) {
    // What is past already is left out: it would tell of the one before.
    const atMs = Math.max(startMs + k * EVERY_MS, clock.nowMs() + EVERY_MS / 4);
    await wake(alarm, atMs);
    lags.push(clock.nowMs() - atMs);
  }
  return lags;
}

function wake(alarm: Alarm, atMs: number): Promise<void> {
  return new Promise((resolve) => alarm.set(atMs, resolve));
}

function quantiles(lags: readonly number[]): LagQuantiles {
  return { p50: quantileOf(lags, 0.5) ?? 0, p99: quantileOf(lags, 0.99) ?? 0, max: quantileOf(lags, 1) ?? 0 };
}
