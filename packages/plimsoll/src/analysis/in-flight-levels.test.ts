import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bucketIndexOfUs } from "../records/latency-histogram.ts";
import type { Buckets } from "../records/second.ts";
import { inFlightLevels, meanAgeMs } from "./in-flight-levels.ts";

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
    // Ten that are 2 s old on average have spent 20 s; what ended spent 40 s, of which 20 s were before.
    expect(inFlightLevels(seconds, 0, { size: 2, ageMs: 2000 })).toEqual([10, 10]);
  });

  test("an incomplete last window is left out", () => {
    expect(inFlightLevels([{ inFlight: 1, serviceSumMs: 0 }], 0, { size: 2, ageMs: 9 })).toEqual([]);
  });
});

describe("meanAgeMs", () => {
  test("of equal times it is half of one; long ones are seen more often; of nothing there is none", () => {
    expect(meanAgeMs(histogramOf([80, 80]))! / 40).toBeCloseTo(1, 2);
    expect(meanAgeMs(histogramOf([10, 90]))! / 41).toBeCloseTo(1, 2);
    expect(meanAgeMs([])).toBeUndefined();
  });
});

describe("laws", () => {
  const second = fc.record({ inFlight: fc.nat(50), serviceSumMs: fc.nat(9000) });
  const age = fc.nat(5000);

  test("a window that begins and ends empty has been busy for as long as what ended in it took", () => {
    fc.assert(
      fc.property(fc.array(second, { maxLength: 20 }), age, (inner, ageMs) => {
        const seconds = [...inner, { inFlight: 0, serviceSumMs: 500 }];
        const spentMs = seconds.reduce((sum, { serviceSumMs }) => sum + serviceSumMs, 0);
        const [level] = inFlightLevels(seconds, 0, { size: seconds.length, ageMs });
        expect(level).toBeCloseTo(spentMs / 1000 / seconds.length, 9);
      }),
    );
  });

  test("the mean over windows is the mean over the whole", () => {
    fc.assert(
      fc.property(fc.array(second, { minLength: 12, maxLength: 12 }), fc.nat(50), age, (seconds, before, ageMs) => {
        const of = (size: number) => inFlightLevels(seconds, before, { size, ageMs });
        const mean = of(3).reduce((sum, level) => sum + level, 0) / 4;
        expect(mean).toBeCloseTo(of(12)[0]!, 9);
      }),
    );
  });
});
