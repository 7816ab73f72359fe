import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseCsv } from "./csv.ts";

const cellsOf = (text: string) => parseCsv(text).records.map(({ cells }) => cells);

test.each([
  [
    "a,b\r\n1,2\r\n",
    [
      ["a", "b"],
      ["1", "2"],
    ],
  ],
  ['"x ""y"", z",\n', [['x "y", z', ""]]],
  [
    '"two\nlines",b\n\nc,d',
    [
      ["two\nlines", "b"],
      ["c", "d"],
    ],
  ],
  ["\uFEFFa\nb", [["a"], ["b"]]],
  ["", []],
])("%j", (text, expected) => expect(cellsOf(text)).toEqual(expected));

test("records know the line on which they begin", () => {
  expect(parseCsv('a\n"b\nb"\nc').records.map(({ line }) => line)).toEqual([1, 2, 4]);
});

test("a quote that nothing closes is told with its line", () => {
  expect(parseCsv('a\n"b').unclosedLine).toBe(2);
});

describe("laws", () => {
  test("reading what was written gives the same cells", () => {
    const cell = fc.string({ unit: fc.constantFrom("a", ",", '"', "\n", "\r\n", " "), maxLength: 8 });
    const records = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 5 });
    fc.assert(
      fc.property(records, (rows) => {
        const text = rows.map((cells) => cells.map((one) => `"${one.replaceAll('"', '""')}"`).join(",")).join("\r\n");
        expect(cellsOf(text)).toEqual(rows);
      }),
    );
  });
});
