import { expect, test } from "vitest";
import type { ObservedRecord } from "../records/record.ts";
import { observationDataOf } from "./html-observed.ts";

function observed(count: number, valuesAt: (index: number) => ObservedRecord["values"]): readonly ObservedRecord[] {
  return Array.from({ length: count }, (_, index) => ({ k: "obs", atMs: index * 1000, values: valuesAt(index) }));
}

test("a short run is told to the scrape, counters as their rate, gaps as null", () => {
  const observations = observed(3, (index) => ({ queue: index === 1 ? null : index, n_total: index * index }));
  expect(observationDataOf({ observations, plan: { spec: null } })).toEqual({
    names: ["queue", "n_total"],
    isRate: [false, true],
    atMs: [0, 1000, 2000],
    values: [
      [0, null, 2],
      [null, 1, 3],
    ],
  });
});

test("a long one is thinned to means, without losing its end", () => {
  const data = observationDataOf({
    observations: observed(3601, (index) => ({ queue: index % 2 })),
    plan: { spec: null },
  });
  expect(data?.atMs).toHaveLength(1801);
  expect(data?.atMs.at(-1)).toBe(3_600_000);
  expect(data?.values[0]?.slice(0, 3)).toEqual([0.5, 0.5, 0.5]);
});

test("nothing observed is nothing told", () => {
  expect(observationDataOf({ observations: [], plan: { spec: null } })).toBeUndefined();
});
