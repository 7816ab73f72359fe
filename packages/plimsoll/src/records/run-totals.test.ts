import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runTotalsFold } from "./run-totals.ts";
import { SAMPLE_TASK, sampleSecond } from "./sample-journal.ts";
import type { SecondRecord } from "./second.ts";

const { init, step, merge, done } = runTotalsFold;

function totalsOf(seconds: readonly SecondRecord[]) {
  return done(seconds.reduce(step, init()));
}

describe("runTotalsFold", () => {
  test("sums flows over tasks, phases and seconds, and in flight over what each phase's tasks ended with", () => {
    const later = { ...SAMPLE_TASK, planned: 0, sent: 0, completed: 1, failed: 0, inFlight: 0, dropped: {} };
    const seconds = [
      sampleSecond(0, { a: SAMPLE_TASK, b: SAMPLE_TASK }),
      sampleSecond(1, { a: later }),
      { ...sampleSecond(0, { a: SAMPLE_TASK }), phase: 1 },
    ];
    expect(totalsOf(seconds)).toEqual({
      planned: 12,
      sent: 9,
      completed: 4,
      failed: 3,
      dropped: 3,
      inFlightAtEnd: 2,
    });
  });

  test("of nothing are zeros", () => {
    expect(totalsOf([])).toEqual({ planned: 0, sent: 0, completed: 0, failed: 0, dropped: 0, inFlightAtEnd: 0 });
  });
});

describe("laws", () => {
  const second = fc
    .record({ phase: fc.nat(1), sec: fc.nat(3), name: fc.constantFrom("a", "b"), inFlight: fc.nat(9), sent: fc.nat(9) })
    .map(({ phase, sec, name, inFlight, sent }) => ({
      ...sampleSecond(sec, { [name]: { ...SAMPLE_TASK, inFlight, sent } }),
      phase,
    }));

  test("folding two halves and merging gives what folding the whole gives, in any order", () => {
    fc.assert(
      fc.property(fc.array(second), fc.array(second), (left, right) => {
        const halves = merge(left.reduce(step, init()), right.reduce(step, init()));
        expect(done(halves)).toEqual(totalsOf([...left, ...right]));
        expect(totalsOf([...right, ...left])).toEqual(totalsOf([...left, ...right]));
      }),
    );
  });
});
