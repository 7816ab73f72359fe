import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { inWholeNs, spanMs } from "./span.ts";

test.each([
  [0.1, 0.3, 0.2],
  [319.680287, 4319.680287, 4000],
  [5000.1, 5000.0, -0.1],
  [0, 0.000_000_4, 0],
])("from %d to %d are %d ms", (fromMs, toMs, ms) => {
  expect(spanMs(fromMs, toMs)).toBe(ms);
});

describe("laws", () => {
  const instantNs = fc.integer({ min: 0, max: 30 * 86_400_000 * 1000 }).map((thousandNs) => thousandNs * 1000);

  test("between instants of whole nanoseconds there are whole nanoseconds, to the last digit", () => {
    fc.assert(
      fc.property(instantNs, instantNs, (fromNs, toNs) => {
        expect(spanMs(fromNs / 1e6, toNs / 1e6)).toBe((toNs - fromNs) / 1e6);
      }),
    );
  });

  test("what is in whole nanoseconds stays as it is", () => {
    fc.assert(
      fc.property(instantNs, (ns) => {
        expect(inWholeNs(ns / 1e6)).toBe(ns / 1e6);
      }),
    );
  });
});
