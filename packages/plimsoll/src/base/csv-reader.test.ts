import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readCsv } from "./csv-reader.ts";

test.each([
  [
    "LF",
    "a,b\nc,d\n",
    [
      ["a", "b"],
      ["c", "d"],
    ],
  ],
  [
    "CRLF",
    "a,b\r\nc,d\r\n",
    [
      ["a", "b"],
      ["c", "d"],
    ],
  ],
  [
    "CRCRLF, as Python writes on Windows",
    "a,b\r\r\nc,d\r\r\n",
    [
      ["a", "b"],
      ["c", "d"],
    ],
  ],
  [
    "no line end at the end",
    "a,b\nc,d",
    [
      ["a", "b"],
      ["c", "d"],
    ],
  ],
  [
    "empty cells, the last one too",
    ",a,\n,,",
    [
      ["", "a", ""],
      ["", "", ""],
    ],
  ],
  ["quotes, commas and line breaks in quotes", '"a ""b"", c\r\nd",e\n', [['a "b", c\r\nd', "e"]]],
  ["an empty quoted cell", '"",x\n', [["", "x"]]],
  ["a byte order mark", "\ufeffa\n", [["a"]]],
  ["empty lines", "a\n\n\nb\n", [["a"], ["b"]]],
  ["a quote that never closes", 'a,"b\nc', [["a", "b\nc"]]],
  ["nothing", "", []],
])("reads %s", (_, text, rows) => expect(readCsv(text)).toEqual(rows));

describe("laws", () => {
  const cell = fc.string({ unit: fc.constantFrom("a", ",", '"', "\n", "\r", " ", "é") });
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

  test("what RFC 4180 quotes reads back", () => {
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 5 })), (rows) => {
        expect(readCsv(rows.map((row) => `${row.map(quoted).join(",")}\r\n`).join(""))).toEqual(rows);
      }),
    );
  });

  test("any text ends", () => {
    fc.assert(fc.property(cell, (text) => Array.isArray(readCsv(text))));
  });
});
