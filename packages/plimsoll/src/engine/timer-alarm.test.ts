import { expect, test } from "vitest";
import { createTimerAlarm } from "./timer-alarm.ts";

const clock = { nowMs: () => performance.now() };

test.each([-1, 0, 0.2, 1.7, 3])(
  "what is due in %d ms rings once that has come, never from within set",
  async (inMs) => {
    const alarm = createTimerAlarm(clock);
    const atMs = clock.nowMs() + inMs;
    let isSet = false;
    const rungAtMs = await new Promise<number>((resolve, reject) => {
      alarm.set(atMs, () => (isSet ? resolve(clock.nowMs()) : reject(new Error("it rang from within set"))));
      isSet = true;
    });
    expect(rungAtMs).toBeGreaterThanOrEqual(atMs);
  },
);

test("the last one set rings alone, whether those before were due or to come", async () => {
  const alarm = createTimerAlarm(clock);
  const rung: string[] = [];
  const nowMs = clock.nowMs();
  alarm.set(nowMs, () => rung.push("due"));
  alarm.set(nowMs + 1, () => rung.push("to come"));
  await new Promise<void>((resolve) => alarm.set(nowMs + 4, resolve));
  expect(rung).toEqual([]);
});

test("a cleared alarm does not ring", async () => {
  const [cleared, other] = [createTimerAlarm(clock), createTimerAlarm(clock)];
  const rung: string[] = [];
  const nowMs = clock.nowMs();
  for (const atMs of [nowMs, nowMs + 1]) {
    cleared.set(atMs, () => rung.push(`${atMs}`));
    cleared.clear();
  }
  await new Promise<void>((resolve) => other.set(nowMs + 4, resolve));
  expect(rung).toEqual([]);
});
