import { expect, test } from "vitest";
import { readJsonPath } from "./json-path.ts";

const JSON_VALUE = { a: { b: [10, { c: null }] }, "x.y": 1, list: ["p"] };

test.each([
  ["$", JSON_VALUE],
  ["a.b[0]", 10],
  ["$.a.b[1].c", null],
  ['$["x.y"]', 1],
  ["a.b[2]", undefined],
  ["a.b.length", undefined],
  ["a.constructor", undefined],
  ["__proto__", undefined],
  ["list[0].x", undefined],
  ["not a [path", undefined],
])("%s", (path, expected) => expect(readJsonPath(JSON_VALUE, path)).toEqual(expected));
