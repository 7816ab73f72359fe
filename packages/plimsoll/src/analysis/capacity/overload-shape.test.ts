import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OVERLOADS, overloadShape } from "./overload-shape.ts";

const slos = [{ expr: "p95<500ms", allowedRatio: 0.05, limitMs: 500 }];
const roomy = { by: "rate", maxConnections: 10_000, slos } as const;

describe("an overload", () => {
  test("of 1.3 times the capacity is level for half a minute", () => {
    expect(overloadShape(1.3, 100, roomy)).toEqual({
      corners: [
        [0, 130],
        [30_000, 130],
      ],
      durationMs: 30_000,
      warmupMs: 0,
    });
  });

  test("of twice the capacity rises from a base that the target carries, and falls back to it until what piled up is drained", () => {
    const shape = overloadShape(2, 100, roomy)!;
    expect(shape.corners).toEqual([
      [0, 60],
      [55_000, 60],
      [55_000, 200],
      [85_000, 200],
      [85_000, 60],
      [165_000, 60],
    ]);
  });

  test("lasts five limits of a slow promise", () => {
    expect(overloadShape(1.3, 4, { ...roomy, slos: [{ ...slos[0]!, limitMs: 16_000 }] })?.durationMs).toBe(80_000);
  });

  test("is shorter where its queue would take more than half of the connections, and left out below six seconds", () => {
    expect(overloadShape(1.3, 1000, { ...roomy, maxConnections: 6000 })?.durationMs).toBeCloseTo(10_000);
    expect(overloadShape(1.3, 1000, { ...roomy, maxConnections: 3000 })).toBeUndefined();
  });
});

describe("laws", () => {
  test("a queue that only grows never takes more than half of the connections", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...OVERLOADS),
        fc.double({ min: 0.1, max: 50_000, noNaN: true }),
        fc.integer({ min: 1, max: 100_000 }),
        (factor, capacity, maxConnections) => {
          const shape = overloadShape(factor, capacity, { ...roomy, maxConnections });
          if (shape === undefined) return;
          const waiting = shape.corners.slice(1).reduce((sum, [toMs, load], at) => {
            const [fromMs] = shape.corners[at]!;
            return sum + (Math.max(0, load - capacity) * (toMs - fromMs)) / 1000;
          }, 0);
          expect(waiting).toBeLessThanOrEqual(0.5 * maxConnections + 1e-6);
        },
      ),
    );
  });
});
