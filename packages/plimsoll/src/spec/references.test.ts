import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { escapeReferences, parseReferences, resolveReferences } from "./references.ts";

test.each([
  ["${A}", "1"],
  ["x${A}y${B:-two}", "x1ytwo"],
  ["${EMPTY:-d}", "d"],
  ["${EMPTY}", ""],
  ["$${A}", "${A}"],
  ["$$${A}", "$${A}"],
  ["$A {A}", "$A {A}"],
  ["${A:-}", "1"],
  ["${a.b}", "${a.b}"],
])("%s resolves to %s", (text, expected) => expect(resolveReferences(text, { A: "1", EMPTY: "" })).toBe(expected));

test("a variable named like an object's method has no value", () => {
  expect(resolveReferences("${toString:-none}", {})).toBe("none");
});

test("an unclosed or ill-named reference is malformed", () => {
  expect(parseReferences("a ${b.c} ${d")).toEqual(["a ", { malformed: "${b.c}" }, " ", { malformed: "${d" }]);
});

describe("laws", () => {
  const texts = fc.string({ unit: fc.constantFrom("$", "{", "}", "A", ":", "-", " "), maxLength: 20 });

  test("an escaped text resolves to itself", () => {
    fc.assert(fc.property(texts, (text) => resolveReferences(escapeReferences(text), { A: "x" }) === text));
  });
});
