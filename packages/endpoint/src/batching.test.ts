import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nextBatch } from "./batching.ts";

const queue = (...textCounts: number[]) => textCounts.map((textCount) => ({ textCount, queuedAtMs: 100 }));

describe("nextBatch", () => {
  test("an empty queue gives a free worker nothing to do", () =>
    expect(nextBatch([], 100, { maxBatch: 8, batchWaitMs: 0 })).toEqual({ kind: "nothing" }));

  test.each([
    ["all that fits is taken together", queue(1, 2, 3), 8, 3],
    ["a batch is exactly full at maxBatch", queue(4, 4, 1), 8, 2],
    ["the request that would overflow stays for the next worker", queue(5, 4, 1), 8, 1],
    ["a request larger than maxBatch is taken alone", queue(20, 1), 8, 1],
    ["a small request does not overtake a large one", queue(1, 8, 1), 8, 1],
  ])("%s", (_, waiting, maxBatch, requestCount) =>
    expect(nextBatch(waiting, 100, { maxBatch, batchWaitMs: 0 })).toEqual({ kind: "take", requestCount }),
  );

  test("a batch that is not full waits for the rest of batchWaitMs", () =>
    expect(nextBatch(queue(1), 103, { maxBatch: 8, batchWaitMs: 5 })).toEqual({ kind: "wait", forMs: 2 }));

  test("a batch that is not full is taken once its oldest request waited batchWaitMs", () =>
    expect(nextBatch(queue(1), 105, { maxBatch: 8, batchWaitMs: 5 })).toEqual({ kind: "take", requestCount: 1 }));

  test("a full batch does not wait", () =>
    expect(nextBatch(queue(4, 4), 100, { maxBatch: 8, batchWaitMs: 5 })).toEqual({ kind: "take", requestCount: 2 }));

  test("a batch that the next request would overflow does not wait", () =>
    expect(nextBatch(queue(4, 5), 100, { maxBatch: 8, batchWaitMs: 5 })).toEqual({ kind: "take", requestCount: 1 }));
});

describe("laws", () => {
  test("a batch is never empty, and over maxBatch only as a single request", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        fc.integer({ min: 1, max: 32 }),
        (counts, maxBatch) => {
          const decision = nextBatch(queue(...counts), 100, { maxBatch, batchWaitMs: 0 });
          const taken = decision.kind === "take" ? counts.slice(0, decision.requestCount) : [];
          expect(taken.length).toBeGreaterThan(0);
          expect(taken.length === 1 || taken.reduce((sum, count) => sum + count, 0) <= maxBatch).toBe(true);
        },
      ),
    );
  });
});
