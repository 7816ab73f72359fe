import { describe, expect, test } from "vitest";
import type { PlannedPhase } from "../records/record.ts";
import { plannedSpike } from "./planned-spike.ts";

type Shape = PlannedPhase["shape"];

function spikeOf(shape: Shape, durationMs = shape[shape.length - 1]![0]) {
  const planned = { name: "p", kind: "open", plannedMs: durationMs, drainMs: 0, rampsMs: [], shape } as const;
  return plannedSpike(planned, durationMs);
}

/** As stages are planned: two corners each. */
function stages(...parts: readonly (readonly [load: number, seconds: number])[]): Shape {
  let atMs = 0;
  return parts.flatMap(([load, seconds]) => {
    const startMs = atMs;
    atMs += 1000 * seconds;
    return [[startMs, load] as const, [atMs, load] as const];
  });
}

describe("plannedSpike", () => {
  test("finds base, peak and both edges", () => {
    expect(spikeOf(stages([48, 60], [150, 10], [48, 120]))).toEqual({
      base: 48,
      peak: 150,
      baseFromMs: 0,
      fromMs: 60_000,
      toMs: 70_000,
      untilMs: 190_000,
    });
  });

  test("a ramp up to the base belongs to neither", () => {
    const shape: Shape = [
      [0, 0],
      [30_000, 40],
      [90_000, 40],
      [90_000, 120],
      [100_000, 120],
      [100_000, 40],
      [160_000, 40],
    ];
    expect(spikeOf(shape)).toMatchObject({ base: 40, fromMs: 90_000, toMs: 100_000 });
    expect(spikeOf(shape)?.baseFromMs).toBeGreaterThanOrEqual(29_000);
  });

  test("a second spike ends what is watched after the first", () => {
    expect(spikeOf(stages([40, 60], [120, 10], [40, 30], [120, 10], [40, 60]))).toMatchObject({
      toMs: 70_000,
      untilMs: 100_000,
    });
  });

  test.each([
    ["a level load", stages([40, 120])],
    ["a step that stays", stages([40, 60], [120, 60])],
    ["a load held for longer than two minutes", stages([40, 60], [120, 121], [40, 60])],
    ["a fall to less than before", stages([40, 60], [120, 10], [20, 60])],
    [
      "a ramp",
      [
        [0, 1],
        [60_000, 100],
      ],
    ],
  ] satisfies readonly (readonly [string, Shape])[])("%s is none", (_, shape) => {
    expect(spikeOf(shape)).toBeUndefined();
  });
});
