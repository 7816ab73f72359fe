import { describe, expect, test } from "vitest";
import { bucketIndexOfUs } from "../records/latency-histogram.ts";
import type { SlotStats } from "./slot-stats.ts";
import { slowSpread } from "./slow-slots.ts";

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
});
