import { expect, test } from "vitest";
import { editDistance, nearest } from "./nearest.ts";

test.each([
  ["weigth", ["weight", "width", "get"], "weight"],
  ["statsu", ["status", "shape"], "status"],
  ["post", ["pots"], "pots"],
  ["zebra", ["status", "shape"], undefined],
  ["x", ["y"], "y"],
  ["x", ["yes"], undefined],
])("%s is nearest to %j", (word, candidates, expected) => expect(nearest(word, candidates)).toBe(expected));

test("a swap of neighbours is one edit", () => expect(editDistance("ab", "ba")).toBe(1));
