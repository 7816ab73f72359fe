import { expect, test } from "vitest";
import { clockPrecision } from "./clock-precision.ts";

test("a clock's step is the least by which it moves, a reading what it takes", () => {
  let readings = 0;
  // Moves by 4 µs at every eighth reading, and once in between by 1.5.
  const nowMs = () => 100 + Math.floor(++readings / 8) * 0.004 + (readings > 16_000 ? 0.0015 : 0);
  expect(clockPrecision(nowMs)).toEqual({ stepNs: 1500, readNs: 500 });
});

test("a clock coarser than all readings together is read until it moves", () => {
  let readings = 0;
  const nowMs = () => Math.floor(++readings / 50_000) * 16;
  expect(clockPrecision(nowMs).stepNs).toBe(16_000_000);
});

test("this machine's own moves by less than a millisecond", () => {
  const { stepNs, readNs } = clockPrecision();
  expect(stepNs).toBeGreaterThan(0);
  expect(stepNs).toBeLessThan(1e6);
  expect(readNs).toBeGreaterThan(0);
});
