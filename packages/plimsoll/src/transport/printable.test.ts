import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { printableText } from "./printable.ts";

describe("printableText", () => {
  test.each([
    ["plain text", "plain text"],
    ["two\r\nlines\tand a tab", "two lines and a tab"],
    ["\u001b]0;title\u0007\u001b[2Jrest", "rest"],
    ["\u009b31mred", "red"],
    ["right\u202eto\u2066left", "righttoleft"],
    ["zero\u200bwidth\ufeff", "zerowidth"],
    ["  blanks  ", "blanks"],
    ["é 漢 🚢", "é 漢 🚢"],
    ["lone \ud800 surrogate", "lone \ufffd surrogate"],
    ["", ""],
  ])("%j becomes %j", (text, want) => {
    expect(printableText(text, 100)).toBe(want);
  });

  test("a long text is cut, and says so", () => {
    expect(printableText("x".repeat(50), 10)).toBe("xxxxxxxxx…");
  });
});

describe("laws", () => {
  test("short, and free of control characters and halves of characters", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 80 }), fc.integer({ min: 1, max: 20 }), (text, maxChars) => {
        const shown = printableText(text, maxChars);
        expect(shown.length).toBeLessThanOrEqual(maxChars);
        expect(shown).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
        expect(() => encodeURIComponent(shown)).not.toThrow();
      }),
    );
  });
});
