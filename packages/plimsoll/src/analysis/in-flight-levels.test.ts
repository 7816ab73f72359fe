import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bucketIndexOfUs } from "../records/latency-histogram.ts";
import type { Buckets } from "../records/second.ts";
import { inFlightLevels } from "./in-flight-levels.ts";

function histogramOf(valuesMs: readonly number[]): Buckets {
  const counts = new Map<number, number>();
  for (const ms of valuesMs) {
    const index = bucketIndexOfUs(ms * 1000);
    counts.set(index, (counts.get(index) ?? 0) + 1);
  }
  return [...counts].sort(([a], [b]) => a - b);
}

describe("inFlightLevels", () => {
  test("ten requests of 4 s that begin together stand there half done after two", () => {
    const seconds = [10, 10, 10, 0].map((inFlight, at) => ({ inFlight, serviceSumMs: at === 3 ? 40_000 : 0 }));
    const levels = inFlightLevels(seconds, 0, { size: 2, service: histogramOf([4000]) })!;
    // Ten that are 2 s old on average have spent 20 s; what ended spent 40 s, of which 20 s were before.
    expect(levels[0]).toBeCloseTo(10, 0);
    expect(levels[1]).toBeCloseTo(10, 0);
  });

  test("an empty histogram has no age, and an incomplete last window is left out", () => {
    const seconds = [{ inFlight: 1, serviceSumMs: 0 }];
    expect(inFlightLevels(seconds, 0, { size: 1, service: [] })).toBeUndefined();
    expect(inFlightLevels(seconds, 0, { size: 2, service: histogramOf([80]) })).toEqual([]);
  });
});

describe("laws", () => {
  const second = fc.record({ inFlight: fc.nat(50), serviceSumMs: fc.nat(9000) });
  const times = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 30 });

  test("a window that begins and ends empty has been busy for as long as what ended in it took", () => {
    fc.assert(
      fc.property(fc.array(second, { maxLength: 20 }), times, (inner, service) => {
        const seconds = [...inner, { inFlight: 0, serviceSumMs: 500 }];
        const spentMs = seconds.reduce((sum, { serviceSumMs }) => sum + serviceSumMs, 0);
        const [level] = inFlightLevels(seconds, 0, { size: seconds.length, service: histogramOf(service) })!;
        expect(level).toBeCloseTo(spentMs / 1000 / seconds.length, 9);
      }),
    );
  });

  test("the mean over windows is the mean over the whole", () => {
    fc.assert(
      fc.property(fc.array(second, { minLength: 12, maxLength: 12 }), fc.nat(50), times, (seconds, before, service) => {
        const of = (size: number) => inFlightLevels(seconds, before, { size, service: histogramOf(service) })!;
        const mean = of(3).reduce((sum, level) => sum + level, 0) / 4;
        expect(mean).toBeCloseTo(of(12)[0]!, 9);
      }),
    );
  });
});
