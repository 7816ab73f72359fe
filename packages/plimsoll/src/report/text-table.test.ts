import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { displayWidth, padToWidth, truncateToWidth } from "./display-width.ts";
import { layoutTable, wrapItems, wrapText } from "./text-table.ts";

const plain = (text: string): string => text;

describe("width", () => {
  test.each([
    ["abc", 3],
    ["漢字", 4],
    ["e\u0301", 1],
    ["👍", 2],
    ["✓ ◐ ⦵ …", 7],
    ["한글", 4],
  ])("%s takes %d cells", (text, cells) => expect(displayWidth(text)).toBe(cells));

  test("cutting never splits a wide character", () => expect(truncateToWidth("漢字漢字", 6)).toBe("漢字…"));
  test("padding counts cells, not characters", () => expect(padToWidth("漢", 4, "right")).toBe("  漢"));
});

describe("a table", () => {
  test("aligns wide names with narrow ones", () => {
    const lines = layoutTable(
      [{ title: "Task" }, { title: "n", align: "right" }],
      [
        ["漢字", "1"],
        ["abcdef", "12"],
      ],
      {
        width: 40,
        titlePaint: plain,
      },
    );
    expect(lines).toEqual(["Task     n", "漢字     1", "abcdef  12"]);
  });

  test("shortens the columns that may shrink before it overflows", () => {
    const lines = layoutTable([{ title: "", minWidth: 5 }, { title: "" }], [["a-long-name", "123"]], { width: 11 });
    expect(lines).toEqual(["a-lon…  123"]);
  });

  test("leaves out the least important column when shrinking is not enough", () => {
    const columns = [{ title: "a" }, { title: "b", dropOrder: 1 }, { title: "c", dropOrder: 2 }];
    expect(layoutTable(columns, [["xxxx", "yyyy", "zzzz"]], { width: 11 })).toEqual(["xxxx  yyyy"]);
  });

  test("shows no escape sequence of a cell", () => {
    expect(layoutTable([{ title: "" }], [["\x1b[2Jx\ny"]], { width: 20 })).toEqual(["x y"]);
  });

  test("colours the text, not the padding", () => {
    const paint = (text: string): string => `<${text}>`;
    expect(
      layoutTable(
        [{ title: "" }, { title: "" }],
        [
          [{ text: "a", paint }, "b"],
          ["ccc", "d"],
        ],
        { width: 9 },
      ),
    ).toEqual(["<a>    b", "ccc  d"]);
  });
});

describe("wrapping", () => {
  test("breaks at blanks", () => expect(wrapText("one two three", 7)).toEqual(["one two", "three"]));
  test("keeps a number and its unit together", () =>
    expect(wrapText("it took 500 ms in all", 11)).toEqual(["it took", "500 ms in", "all"]));
  test.each([
    ["wider than ± 10 % of it", 14, ["wider than", "± 10 % of it"]],
    ["so p95 < 500ms cannot be told", 11, ["so", "p95 < 500ms", "cannot be", "told"]],
    ["sustained p95 < 500ms holds", 18, ["sustained", "p95 < 500ms holds"]],
    ["p99.9 <= 1.5 s of all", 14, ["p99.9 <= 1.5 s", "of all"]],
    ["narrow it (--budget).", 12, ["narrow it", "(--budget)."]],
    ["begin with --max-users", 14, ["begin with", "--max-users"]],
  ])("%s, in %d cells", (text, width, lines) => expect(wrapText(text, width)).toEqual(lines));
  test("breaks what belongs together only where no line has room for it, and loses nothing", () =>
    expect(wrapText("that p95 <= 500 ms", 8)).toEqual(["that p95", "<= 500", "ms"]));
  test("keeps items whole", () => expect(wrapItems(["aa bb", "cc dd", "ee"], 13)).toEqual(["aa bb · cc dd", "ee"]));
});

describe("laws", () => {
  test("no wrapped line is wider than asked, and no word that fits is lost", () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z漢]{1,8}$/)), fc.integer({ min: 16, max: 60 }), (words, width) => {
        const lines = wrapText(words.join(" "), width);
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
        expect(lines.join(" ")).toBe(words.join(" "));
      }),
    );
  });

  test("no flag is ever broken, whatever stands around it", () => {
    const flag = fc.stringMatching(/^\(?--[a-z]{2,8}(-[a-z]{2,6})?\)?[.,:]?$/);
    const word = fc.oneof(flag, fc.stringMatching(/^[a-z]{1,9}$/), fc.constantFrom("<", "±", "5", "%"));
    fc.assert(
      fc.property(fc.array(word), fc.integer({ min: 24, max: 60 }), (words, width) => {
        const told = wrapText(words.join(" "), width).flatMap((line) => line.split(" "));
        expect(told).toEqual(words);
      }),
    );
  });

  test("a table of shrinkable columns never exceeds its width", () => {
    const rows = fc.array(fc.tuple(fc.string(), fc.string(), fc.string()), { minLength: 1 });
    fc.assert(
      fc.property(rows, fc.integer({ min: 10, max: 80 }), (cells, width) => {
        const columns = [
          { title: "", minWidth: 1 },
          { title: "", minWidth: 1 },
          { title: "", minWidth: 1 },
        ];
        for (const line of layoutTable(columns, cells, { width }))
          expect(displayWidth(line)).toBeLessThanOrEqual(width);
      }),
    );
  });
});
