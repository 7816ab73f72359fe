/** One suite for both ways of waking up, on the real clock; the metronome with the thread as it is built. */
import { readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Alarm } from "../../packages/plimsoll/src/engine/alarm.ts";
import { createMetronomeAlarm, type MetronomeAlarm } from "../../packages/plimsoll/src/engine/metronome-alarm.ts";
import { systemThreadId } from "../../packages/plimsoll/src/engine/system-thread.ts";
import { createTimerAlarm } from "../../packages/plimsoll/src/engine/timer-alarm.ts";

const THREAD = new URL("../../packages/plimsoll/dist/metronome-thread.js", import.meta.url);
const clock = { nowMs: () => performance.now() };

const metronomes: MetronomeAlarm[] = [];

function metronome(): MetronomeAlarm {
  const alarm = createMetronomeAlarm(clock, THREAD);
  metronomes.push(alarm);
  return alarm;
}

afterAll(() => Promise.all(metronomes.map((alarm) => alarm.close())));

/** When it rang. */
function rung(alarm: Alarm, atMs: number): Promise<number> {
  return new Promise((resolve) => alarm.set(atMs, () => resolve(clock.nowMs())));
}

/** Holds the thread that hears the alarm, so that what rings meanwhile is heard late. */
function holdUntil(atMs: number): void {
  while (clock.nowMs() < atMs);
}

describe.each<[string, () => Alarm]>([
  ["Node's timer", () => createTimerAlarm(clock)],
  ["the metronome", metronome],
])("%s", (_, create) => {
  let alarm: Alarm;
  /** Of the same kind, to wait by without touching the first. */
  let other: Alarm;

  beforeAll(async () => {
    alarm = create();
    other = create();
    // A thread that has just been started is late for its first instant.
    await Promise.all([rung(alarm, clock.nowMs() + 20), rung(other, clock.nowMs() + 20)]);
  });

  test.each([-1, 0, 0.2, 1.7, 3, 20])(
    "what is due in %d ms rings once that has come, not from within set",
    async (inMs) => {
      const atMs = clock.nowMs() + inMs;
      let isSet = false;
      const rungAtMs = await new Promise<number>((resolve, reject) => {
        alarm.set(atMs, () => (isSet ? resolve(clock.nowMs()) : reject(new Error("it rang from within set"))));
        isSet = true;
      });
      expect(rungAtMs).toBeGreaterThanOrEqual(atMs);
    },
  );

  test("each of 200 settings, every one made as the last rings, rings once and never early", async () => {
    let count = 0;
    for (let k = 0; k < 200; k++) {
      // 0, 0.3, 0.6 … 1.8 ms: whole milliseconds and parts of one.
      const atMs = clock.nowMs() + (k % 7) * 0.3;
      const rungAtMs = await new Promise<number>((resolve) =>
        alarm.set(atMs, () => {
          count++;
          resolve(clock.nowMs());
        }),
      );
      expect(rungAtMs).toBeGreaterThanOrEqual(atMs);
    }
    await rung(alarm, clock.nowMs() + 4);
    expect(count).toBe(200);
  });

  test("the last one set rings alone, whether those before were due or to come, sooner or later", async () => {
    const heard: string[] = [];
    const nowMs = clock.nowMs();
    alarm.set(nowMs, () => heard.push("due"));
    alarm.set(nowMs + 1, () => heard.push("to come"));
    alarm.set(nowMs + 60_000, () => heard.push("much later"));
    const rungAtMs = await rung(alarm, nowMs + 4);
    expect(rungAtMs).toBeGreaterThanOrEqual(nowMs + 4);
    // Wide: it shows only that the minute before it is not waited for.
    expect(rungAtMs).toBeLessThan(nowMs + 10_000);
    await rung(other, clock.nowMs() + 4);
    expect(heard).toEqual([]);
  });

  test("one that is replaced or cleared when it was due, but not yet heard, does not ring", async () => {
    const heard: string[] = [];
    alarm.set(clock.nowMs() + 0.2, () => heard.push("replaced"));
    holdUntil(clock.nowMs() + 3);
    const atMs = clock.nowMs() + 3;
    expect(await rung(alarm, atMs)).toBeGreaterThanOrEqual(atMs);
    alarm.set(clock.nowMs() + 0.2, () => heard.push("cleared"));
    holdUntil(clock.nowMs() + 3);
    alarm.clear();
    await rung(other, clock.nowMs() + 4);
    expect(heard).toEqual([]);
  });

  test("a cleared alarm does not ring, and rings again when it is set again", async () => {
    const heard: string[] = [];
    const nowMs = clock.nowMs();
    for (const atMs of [nowMs - 1, nowMs, nowMs + 1]) {
      alarm.set(atMs, () => heard.push(`${atMs}`));
      alarm.clear();
    }
    await rung(other, nowMs + 4);
    expect(heard).toEqual([]);
    const atMs = clock.nowMs() + 1;
    expect(await rung(alarm, atMs)).toBeGreaterThanOrEqual(atMs);
  });
});

test.skipIf(process.platform !== "linux")(
  "a metronome tells under which number the system counts its thread",
  async () => {
    const alarm = metronome();
    await rung(alarm, clock.nowMs() + 1);
    const id = alarm.systemThreadId();
    expect(readdirSync("/proc/self/task")).toContain(String(id));
    expect(id).not.toBe(systemThreadId());
    await alarm.close();
    expect(readdirSync("/proc/self/task")).not.toContain(String(id));
  },
);

test("a closed metronome rings no more, and its thread has ended", async () => {
  const alarm = metronome();
  const other = createTimerAlarm(clock);
  const heard: string[] = [];
  await rung(alarm, clock.nowMs() + 1);
  alarm.set(clock.nowMs() + 2, () => heard.push("closed"));
  await alarm.close();
  await rung(other, clock.nowMs() + 5);
  expect(heard).toEqual([]);
});

describe("lateness", () => {
  const RINGS = 25;
  const ROUNDS = 12;
  /** The middle of what a timer of whole milliseconds comes to; beyond, others have the cores. */
  const CALM_MS = 1.1;
  const TRIES = 5;

  test("the metronome comes with less than 0.7 of the lag of Node's timer, in the middle, measured by turns", {
    retry: 1,
  }, async () => {
    const ways = { timer: createTimerAlarm(clock), metronome: metronome() };
    await rung(ways.metronome, clock.nowMs() + 20);
    for (let attempt = 1; ; attempt++) {
      const lags: Record<keyof typeof ways, number[]> = { timer: [], metronome: [] };
      for (let round = 0; round < ROUNDS; round++) {
        lags.timer.push(...(await lagsOf(ways.timer)));
        lags.metronome.push(...(await lagsOf(ways.metronome)));
      }
      const timerMs = median(lags.timer);
      if (timerMs > CALM_MS && attempt < TRIES) continue;
      expect(median(lags.metronome) / timerMs).toBeLessThan(0.7);
      return;
    }
  });

  /** Set as an open loop sets it: the next instant as soon as the last has rung. */
  async function lagsOf(alarm: Alarm): Promise<number[]> {
    const lags: number[] = [];
    for (let k = 0; k < RINGS; k++) {
      const atMs = clock.nowMs() + 0.3 + (k % 10) * 0.27;
      lags.push((await rung(alarm, atMs)) - atMs);
    }
    return lags;
  }
});

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
