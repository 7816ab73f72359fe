import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { printable } from "./printable.ts";

describe("printable", () => {
  test.each([
    ["a colour", "\x1b[31mred\x1b[0m", "red"],
    ["a cleared screen in 8-bit form", "a\u009b2Jb", "ab"],
    ["a title ended by BEL", "\x1b]0;owned\x07x", "x"],
    ["a title ended by ST", "\x1b]0;owned\x1b\\x", "x"],
    ["a link", "\x1b]8;;http://evil\x1b\\text\x1b]8;;\x1b\\", "text"],
    ["a device control string", "\x1bPq#0\x1b\\x", "x"],
    ["an unended title takes the rest", "x\x1b]0;owned", "x"],
    ["a character-set switch", "\x1b(0x", "x"],
    ["a full reset", "\x1bcx", "x"],
    ["line breaks become one blank", "a\r\n\tb", "a b"],
    ["Unicode line breaks too", "a\u2028b\u0085c", "a b c"],
    ["backspaces vanish", "ab\b\bc", "abc"],
    ["a right-to-left override vanishes", "\u202egnp.exe", "gnp.exe"],
    ["isolates vanish", "\u2066x\u2069", "x"],
    ["zero-width characters vanish", "pass\u200bword\ufeff", "password"],
    ["tags vanish", "a\u{e0041}b", "ab"],
    ["a lone surrogate is replaced", "a\ud800b", "a\ufffdb"],
    ["letters of all scripts stay", "漢字 עברית é 👍", "漢字 עברית é 👍"],
  ])("%s", (_, text, shown) => expect(printable(text)).toBe(shown));

  describe("laws", () => {
    test("nothing that acts is left, and a second pass changes nothing", () => {
      const unit = fc.oneof(
        fc.string({ unit: "binary" }),
        fc.constantFrom("\x1b", "[", "]", "\x9b", "\x07", "\\", "\u202e"),
      );
      fc.assert(
        fc.property(fc.array(unit), (parts) => {
          const shown = printable(parts.join(""));
          expect(shown).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
          expect(printable(shown)).toBe(shown);
        }),
      );
    });
  });
});
