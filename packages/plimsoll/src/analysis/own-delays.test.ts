import { describe, expect, test } from "vitest";
import { bucketIndexOfUs } from "../records/latency-histogram.ts";
import type { OwnDelayEvidence } from "./own-delays.ts";
import { isOwnDelay, ownDelays, withoutOwnDelays } from "./own-delays.ts";

/** A minute of half seconds whose requests took 20 ms, or what is said of a slot. */
function delaysOf(evidence: Partial<OwnDelayEvidence>, slowMs: Readonly<Record<number, number>> = {}) {
  const slots = Array.from({ length: 120 }, (_, due) => ({
    due,
    response: [[bucketIndexOfUs(1000 * (slowMs[due] ?? 20)), 10]] as const,
    failedResponse: [],
  }));
  return ownDelays({ stalls: [], seconds: [], slots, medianMs: 20, ...evidence });
}

/** Slots into which a delay reaches, with the delay. */
function reached(delays: readonly number[]): readonly (readonly [number, number])[] {
  return delays.flatMap((delayMs, due) => (delayMs > 0 ? [[due, delayMs] as const] : []));
}

const SECOND = { atMs: 20_000, loopDelayMaxMs: 3, sendLagP99Ms: 0.3 };

describe("a delay of the generator", () => {
  test("that the run tells reaches a slot further on either side", () => {
    const stalls = [{ atMs: 9530, durationMs: 1440 }];
    expect(reached(delaysOf({ stalls }))).toEqual([18, 19, 20, 21, 22].map((due) => [due, 1440]));
  });

  test("that a second felt may have begun before it or ended after", () => {
    const [first, last] = [reached(delaysOf({ seconds: [{ ...SECOND, loopDelayMaxMs: 600 }] })).at(0), 44];
    expect(first).toEqual([37, 600]);
    expect(reached(delaysOf({ seconds: [{ ...SECOND, loopDelayMaxMs: 600 }] })).at(-1)).toEqual([last, 600]);
  });

  test("that both tell has the times of the run", () => {
    const stalls = [{ atMs: 20_990, durationMs: 1040 }];
    const seconds = [20_000, 21_000, 22_000].map((atMs) => ({ ...SECOND, atMs, sendLagP99Ms: 950 }));
    const told = [40, 41, 42, 43, 44, 45].map((due) => [due, 1040]);
    expect(reached(delaysOf({ stalls, seconds })).slice(0, 6)).toEqual(told);
    expect(reached(delaysOf({ stalls, seconds })).at(-1)).toEqual([45, 1040]);
    // A longer one, or one elsewhere, is another.
    expect(reached(delaysOf({ stalls, seconds: [{ ...SECOND, loopDelayMaxMs: 1300 }] })).at(0)?.[0]).toBe(36);
    expect(reached(delaysOf({ stalls, seconds: [{ ...SECOND, atMs: 30_000, loopDelayMaxMs: 900 }] })).at(-1)?.[0]).toBe(
      64,
    );
  });

  test("is also what requests left late by", () => {
    expect(reached(delaysOf({ seconds: [{ ...SECOND, sendLagP99Ms: 40 }] })).at(0)).toEqual([38, 40]);
  });

  test("is none below what timers and a shared machine cost", () => {
    expect(delaysOf({ seconds: [{ ...SECOND, loopDelayMaxMs: 99, sendLagP99Ms: 4.9 }] })).toEqual([]);
    expect(delaysOf({ seconds: [{ ...SECOND, sendLagP99Ms: undefined }] })).toEqual([]);
  });

  test("of a machine that slept takes no time of the clock", () => {
    const stalls = [{ atMs: 30_000, durationMs: 3_600_000, clockMs: 0 }];
    expect(reached(delaysOf({ stalls })).map(([due]) => due)).toEqual([59, 60, 61]);
  });

  test("goes on while the crowd that left after it is served, for ten times as long at most", () => {
    const stalls = [{ atMs: 10_000, durationMs: 1000 }];
    const last = (slowMs: Readonly<Record<number, number>>) => reached(delaysOf({ stalls }, slowMs)).at(-1)?.[0];
    expect(last({})).toBe(23);
    expect(last({ 24: 300, 25: 120, 26: 41, 27: 39, 28: 300 })).toBe(26);
    expect(last(Object.fromEntries(Array.from({ length: 80 }, (_, at) => [24 + at, 300])))).toBe(43);
  });
});

describe("what the target seems to do is ours", () => {
  const delays = [0, 0, 160, 0];

  test("where a delay of an eighth of it or more reaches", () => {
    expect(isOwnDelay(delays, { fromMs: 1200, toMs: 3000 }, 1280)).toBe(true);
    expect(isOwnDelay(delays, { fromMs: 1200, toMs: 3000 }, 1281)).toBe(false);
    expect(isOwnDelay(delays, { fromMs: 1500, toMs: 3000 }, 100)).toBe(false);
    expect(isOwnDelay(delays, { fromMs: -700, toMs: 1000 }, 100)).toBe(false);
    expect(isOwnDelay([], { fromMs: 0, toMs: 1000 }, 0)).toBe(false);
  });

  test("and those slots are left out, none beyond them", () => {
    const slots = [{ due: 1 }, { due: 2 }, { due: 9 }];
    expect(withoutOwnDelays(slots, delays, 1280)).toEqual([{ due: 1 }, { due: 9 }]);
    expect(withoutOwnDelays(slots, delays, 1281)).toEqual(slots);
  });
});
