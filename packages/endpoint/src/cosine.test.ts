import { describe, expect, test } from "vitest";
import { cosine } from "./cosine.ts";

describe("cosine", () => {
  test.each([
    ["the same direction is 1, whatever the lengths", [1, 2, 3], [2, 4, 6], 1],
    ["the opposite direction is -1", [1, 2], [-1, -2], -1],
    ["a right angle is 0", [1, 0], [0, 5], 0],
    ["45 degrees is the root of a half", [1, 0], [1, 1], Math.SQRT1_2],
  ])("%s", (_, a, b, expected) => expect(cosine(a, b)).toBeCloseTo(expected, 12));

  test("a vector of zeros has no direction", () => expect(cosine([0, 0], [1, 1])).toBeNaN());
});
