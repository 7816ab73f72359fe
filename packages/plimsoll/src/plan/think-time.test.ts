import { expect, test } from "vitest";
import { Random } from "../base/random.ts";
import type { Think } from "../spec/spec.ts";
import { nextDueMs } from "./think-time.ts";

const last = { dueMs: 1000, endedAtMs: 1400 };

test.each<[string, Think, number, number]>([
  ["none: at once", { kind: "none" }, 1400, 1400],
  ["constant: after the pause", { kind: "constant", ms: 500 }, 1900, 1900],
  ["uniform: within its bounds", { kind: "uniform", lowMs: 500, highMs: 2000 }, 1900, 3400],
  ["pacing: from one start to the next", { kind: "pacing", ms: 2000 }, 3000, 3000],
  ["pacing: at once when the answer came too late", { kind: "pacing", ms: 100 }, 1400, 1400],
])("%s", (_name, think, low, high) => {
  for (let i = 0; i < 100; i++) {
    const due = nextDueMs(think, new Random(1, 0, i), last);
    expect(due).toBeGreaterThanOrEqual(low);
    expect(due).toBeLessThanOrEqual(high);
  }
});

test("exponential and log-normal pauses have the mean and the median asked for", () => {
  const random = new Random(3);
  const pauses = (think: Think) =>
    Array.from({ length: 20_000 }, () => nextDueMs(think, random, last) - last.endedAtMs).sort((a, b) => a - b);
  const exponential = pauses({ kind: "exponential", meanMs: 800 });
  expect(exponential.reduce((sum, ms) => sum + ms, 0) / exponential.length).toBeGreaterThan(780);
  expect(exponential.reduce((sum, ms) => sum + ms, 0) / exponential.length).toBeLessThan(820);
  const logNormal = pauses({ kind: "log-normal", medianMs: 800, sigma: 0.5 });
  expect(logNormal[10_000]).toBeGreaterThan(780);
  expect(logNormal[10_000]).toBeLessThan(820);
});
