import { expect, test } from "vitest";
import { FoldPace } from "./fold-pace.ts";

/** How long after each fold of such a cost the next may begin. */
function gaps(cpuMs: readonly number[]): readonly number[] {
  const pace = new FoldPace();
  return cpuMs.map((cost) => {
    pace.note(10_000, cost);
    return pace.nextAtMs - 10_000;
  });
}

test("the first fold need not wait", () => {
  expect(new FoldPace().nextAtMs).toBeLessThan(0);
});

test("cheap folds keep in step with the seconds", () => {
  expect(gaps([5, 5, 5, 150, 190])).toEqual([800, 800, 800, 800, 800]);
});

test("dear ones take a quarter of a core at most", () => {
  expect(gaps([500, 500, 500, 600]).slice(2)).toEqual([2000, 2000]);
});

test("what the compiler costs at first, or a hiccup later, holds nothing up", () => {
  expect(gaps([900, 400, 100, 100, 900, 100])).toEqual(Array(6).fill(800));
});
