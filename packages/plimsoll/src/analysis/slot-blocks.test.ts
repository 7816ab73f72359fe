import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mergeBuckets } from "../records/latency-histogram.ts";
import type { Buckets, Cell } from "../records/second.ts";
import { type BlockedSlots, eachEnded, slotsIn } from "./slot-blocks.ts";
import { SlotSeries } from "./slot-series.ts";

function cell(due: number, response: Buckets, failed: Buckets = []): Cell {
  return { due, response, failed, censored: [], over: [] };
}

function seriesOf(cells: readonly Cell[]): SlotSeries {
  const series = new SlotSeries();
  for (const one of cells) series.addCell(one);
  return series;
}

/** The sum of each part, and how many histograms it came in. */
function sumsBy(task: BlockedSlots, partOf: (due: number) => number) {
  const sums = new Map<number, Buckets>();
  let toldCount = 0;
  eachEnded(task, partOf, (part, ended) => {
    toldCount++;
    sums.set(part, mergeBuckets(sums.get(part) ?? [], ended));
  });
  return { sums, toldCount };
}

describe("blocks of slots", () => {
  test("ten slots within one part come as one histogram, those astride two come singly", () => {
    const blocks = seriesOf(Array.from({ length: 40 }, (_, due) => cell(due, [[300, 1]]))).blocks();
    const task = { slots: slotsIn(blocks), blocks };
    expect(sumsBy(task, (due) => Math.floor(due / 20)).toldCount).toBe(4);
    expect(sumsBy(task, (due) => Math.floor(due / 25)).toldCount).toBe(3 + 10);
  });

  test("a second adds to its own blocks; all others are the very same as before", () => {
    const series = seriesOf([cell(3, [[300, 1]]), cell(12, [[300, 1]]), cell(25, [[300, 1]])]);
    const before = series.blocks();
    series.addCell(cell(12, [[310, 2]], [[400, 1]]));
    series.addCell(cell(31, [[300, 1]]));
    const after = series.blocks();
    expect(after.map((block, at) => block === before[at])).toEqual([true, false, true, false]);
    expect(before[1]!.ended).toEqual([[300, 1]]);
    expect(after[1]!.ended).toEqual([
      [300, 1],
      [310, 2],
      [400, 1],
    ]);
    expect(slotsIn(after).map(({ due, completed, failed }) => [due, completed, failed])).toEqual([
      [3, 1, 0],
      [12, 3, 1],
      [25, 1, 0],
      [31, 1, 0],
    ]);
  });
});

describe("laws", () => {
  const histogram = fc
    .uniqueArray(fc.tuple(fc.nat(2000), fc.integer({ min: 1, max: 20 })), {
      maxLength: 5,
      selector: ([index]) => index,
    })
    .map((pairs): Buckets => pairs.sort(([a], [b]) => a - b));
  const cells = fc.array(
    fc.tuple(fc.nat(120), histogram, histogram).map(([due, response, failed]) => cell(due, response, failed)),
    { maxLength: 80 },
  );

  test("whatever the parts, blocks give the sums of their slots", () => {
    fc.assert(
      fc.property(cells, fc.integer({ min: 1, max: 60 }), fc.nat(30), (all, width, shift) => {
        const blocks = seriesOf(all).blocks();
        const slots = slotsIn(blocks);
        const partOf = (due: number): number => Math.floor((due + shift) / width);
        expect(sumsBy({ slots, blocks }, partOf).sums).toEqual(sumsBy({ slots }, partOf).sums);
      }),
    );
  });
});
