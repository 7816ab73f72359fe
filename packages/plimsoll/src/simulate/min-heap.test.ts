import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Fifo } from "./fifo.ts";
import { MinHeap } from "./min-heap.ts";

const isBefore = (left: number, right: number) => left < right;

describe("laws", () => {
  test("a heap gives back what it was given, in order", () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), (values) => {
        const heap = new MinHeap(isBefore);
        for (const value of values) heap.push(value);
        const popped = values.map(() => heap.pop());
        expect(popped).toEqual(values.toSorted((left, right) => left - right));
        expect([heap.size, heap.pop()]).toEqual([0, undefined]);
      }),
    );
  });

  test("replacing the first is popping and pushing", () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), fc.integer(), (values, value) => {
        const replaced = new MinHeap(isBefore);
        const popped = new MinHeap(isBefore);
        for (const item of values) {
          replaced.push(item);
          popped.push(item);
        }
        replaced.replaceFirst(value);
        popped.pop();
        popped.push(value);
        expect(values.map(() => replaced.pop())).toEqual(values.map(() => popped.pop()));
      }),
    );
  });

  test("a queue gives back in the order it was given, whatever is taken between", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constant("push"), fc.nat({ max: 3 })), { minLength: 300, maxLength: 400 }),
        (steps) => {
          const fifo = new Fifo<number>();
          const oracle: number[] = [];
          for (const [index, step] of steps.entries()) {
            if (typeof step === "number") expect(fifo.take(step)).toEqual(oracle.splice(0, step));
            else {
              fifo.push(index);
              oracle.push(index);
            }
            expect([fifo.size, fifo.first]).toEqual([oracle.length, oracle[0]]);
          }
        },
      ),
    );
  });
});
