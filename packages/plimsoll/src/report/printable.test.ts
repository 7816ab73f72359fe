import { describe, expect, test } from "vitest";
import { csvText } from "./csv-text.ts";
import { visibleText } from "./html-text.ts";
import { escapeMarkdown } from "./markdown.ts";
import { cutText, printableLine } from "./printable.ts";
import { wrapText } from "./text-table.ts";

const LONG = "long ".repeat(200_000);

describe("overlong text", () => {
  test("is cut, and its true length told", () => {
    expect(cutText("abcdef", 3)).toBe("abc… (6 characters)");
    expect(printableLine(LONG)).toMatch(/^(?:long ){400}… \(1000000 characters\)$/);
  });

  test("of the greatest length stays as it is", () => {
    const longest = "x".repeat(2000);
    expect([printableLine(longest), visibleText(longest)]).toEqual([longest, longest]);
  });

  test.each([
    ["in a page", visibleText],
    ["in Markdown", escapeMarkdown],
    ["in CSV", csvText],
    ["in the terminal", (text: string) => wrapText(text, 80).join(" ")],
  ])("%s is cut once", (_, render) => {
    expect(render(LONG)).toMatch(/^(?:long ){400}… \(1000000 characters\)$/);
  });
});

test("an escape sequence that a cut goes through acts no more", () => {
  expect(printableLine(`${"x".repeat(1998)}\x1b[31mred`)).toBe(`${"x".repeat(1998)}… (2006 characters)`);
});
