import { describe, expect, test } from "vitest";
import { bucketIndexOfUs } from "../records/latency-histogram.ts";
import type { SlotStats } from "./slot-stats.ts";
import { othersIn, slowSpread } from "./slow-slots.ts";

/** A hundred half seconds of 20 requests of 10 ms, and so many of a second. */
function slotsWith(slowAt: (due: number) => number): readonly SlotStats[] {
  return Array.from({ length: 100 }, (_, due) => {
    const slow = slowAt(due);
    const fast = [bucketIndexOfUs(10_000), 20] as const;
    const response = slow === 0 ? [fast] : [fast, [bucketIndexOfUs(1e6), slow] as const];
    return { due, completed: 20 + slow, failed: 0, response, failedResponse: [], censored: [], over: [] };
  });
}

describe("slow requests", () => {
  test("in few slots came together", () => {
    expect(
      slowSpread(
        slotsWith((due) => (due === 40 || due === 41 ? 12 : 0)),
        900,
      ),
    ).toEqual({
      kind: "together",
      slowSlots: [40, 41],
      slotCount: 100,
    });
  });

  test("in slots all over came all the time", () => {
    expect(
      slowSpread(
        slotsWith((due) => (due % 4 === 0 ? 1 : 0)),
        900,
      ).kind,
    ).toBe("spread");
  });

  test("of which there are hardly any say nothing", () => {
    expect(
      slowSpread(
        slotsWith((due) => (due === 40 ? 9 : 0)),
        900,
      ).kind,
    ).toBe("too-few");
    expect(slowSpread([], 900).kind).toBe("too-few");
  });

  test("are told of successes alone", () => {
    const failing = slotsWith(() => 0).map((slot) => ({
      ...slot,
      failedResponse: [[bucketIndexOfUs(1e6), 9]] as const,
    }));
    expect(slowSpread(failing, 900)).toMatchObject({ kind: "too-few", slowSlots: [] });
  });
});

describe("the other tasks, while one is slow", () => {
  const own = slotsWith((due) => (due < 4 ? 20 : 0));
  const others = (slow: number) =>
    othersIn([0, 1, 2, 3], { own, others: slotsWith((due) => (due < 4 ? slow : 0)), limitMs: 900 });

  test("are as slow, answered as usual, or neither for sure", () => {
    expect(others(20)).toBe("slow");
    expect(others(0)).toBe("usual");
    expect(others(4)).toBe("unknown");
  });

  test("cannot be told of where hardly any came", () => {
    expect(othersIn([0, 1], { own, others: [], limitMs: 900 })).toBe("unknown");
  });
});
