import { expect, test } from "vitest";
import { parseJsonPath } from "./json-path.ts";

test.each([
  ["$", []],
  ["a", ["a"]],
  ["$.a.b[0]", ["a", "b", 0]],
  ["a.b[12].c-d", ["a", "b", 12, "c-d"]],
  ["[0].x", [0, "x"]],
  ['$["a.b"]["c"]', ["a.b", "c"]],
  ["$['x y']", ["x y"]],
])("%s", (text, expected) => expect(parseJsonPath(text)).toEqual(expected));

test.each(["", ".a", "a[", "a[*]", "$a", "$..a", "a.", "a[-1]", "a[b]"])("%j is no path", (text) =>
  expect(parseJsonPath(text)).toBeUndefined(),
);
