import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pythonFloat } from "./python-float.ts";

test.each([
  [0, "0.0"],
  [-0, "-0.0"],
  [20, "20.0"],
  [1.6045949998897413, "1.6045949998897413"],
  [0.0001, "0.0001"],
  [0.00001, "1e-05"],
  [1.5e-7, "1.5e-07"],
  [1.1565957724005713e-10, "1.1565957724005713e-10"],
  [6.543160948998882e-8, "6.543160948998882e-08"],
  [1e15, "1000000000000000.0"],
  [9999999999999998, "9999999999999998.0"],
  [1e16, "1e+16"],
  [123456789012345680, "1.2345678901234568e+17"],
  [3530117667.1023808, "3530117667.1023808"],
  [5e-324, "5e-324"],
  [1.7976931348623157e308, "1.7976931348623157e+308"],
  [-2.5, "-2.5"],
  [Number.NaN, "nan"],
  [Number.POSITIVE_INFINITY, "inf"],
])("%s prints as Python 3 does: %s", (value, text) => expect(pythonFloat(value)).toBe(text));

describe("laws", () => {
  test("what is printed reads back the same", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Number(pythonFloat(value))).toBe(value);
      }),
    );
  });
});
