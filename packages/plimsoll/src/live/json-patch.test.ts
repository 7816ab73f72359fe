import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonValue } from "../base/json.ts";
import { applyPatch, patchOf } from "./json-patch.ts";

const rows: readonly (readonly [string, JsonValue, JsonValue, unknown])[] = [
  ["equal documents need no change", { a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, undefined],
  ["a number is put in place", { a: 1, b: 2 }, { a: 1, b: 3 }, { o: { b: { "=": 3 } } }],
  ["a key goes", { a: 1, b: 2 }, { a: 1 }, { o: {}, x: ["b"] }],
  ["a series grows at its end", [1, 2, 3, 4], [1, 2, 3, 4, 5], { a: [4, {}, [5]] }],
  ["the last bin changes and one follows", [1, 2, 3, 4], [1, 2, 3, 7, 5], { a: [4, { 3: { "=": 7 } }, [5]] }],
  ["a list is cut", [1, 2, 3], [1], { a: [1, {}, []] }],
  ["a series that is all new is sent whole", [1, 2, 3], [4, 5, 6], { "=": [4, 5, 6] }],
  ["another kind of value is put in place", { a: [] }, { a: {} }, { o: { a: { "=": {} } } }],
];

test.each(rows)("%s", (_name, before, after, patch) => {
  expect(patchOf(before, after)).toEqual(patch);
});

describe("laws", () => {
  const json = fc.jsonValue({ maxDepth: 4 }).map((value): JsonValue => JSON.parse(JSON.stringify(value)));

  test("a change applied gives what came after, and leaves what was before as it was", () => {
    fc.assert(
      fc.property(json, json, (before, after) => {
        const kept = JSON.stringify(before);
        const patch = patchOf(before, after);
        const sent = patch === undefined ? undefined : JSON.parse(JSON.stringify(patch));
        expect(sent === undefined ? before : applyPatch(before, sent)).toEqual(after);
        expect(JSON.stringify(before)).toBe(kept);
      }),
    );
  });

  test("what grew by an item or lost a key is told without the rest", () => {
    fc.assert(
      fc.property(fc.array(json, { minLength: 20, maxLength: 30 }), json, (list, item) => {
        expect(patchOf([...list], [...list, item])).toEqual({ a: [list.length, {}, [item]] });
      }),
    );
  });
});
