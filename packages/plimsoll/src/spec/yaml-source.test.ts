import { expect, test } from "vitest";
import { PlimsollError } from "../base/errors.ts";
import { readYaml, SPEC_LIMITS } from "./yaml-source.ts";

function problemsOf(text: string): string[] {
  try {
    readYaml(text, "x.yaml", SPEC_LIMITS);
    return [];
  } catch (error) {
    if (!(error instanceof PlimsollError)) throw error;
    return error.problems.map(({ message, place }) => `${place?.line}:${place?.column} ${message}`);
  }
}

test.each([
  ["duplicate keys", "a: 1\nb: 2\na: 3", '3:1 the key "a" stands twice'],
  ["merge keys", "a: &x {b: 1}\nc:\n  <<: *x", "3:3 merge keys (<<) are not read; write the entries out"],
  ["prototype keys", "a:\n  __proto__: {b: 1}", '2:3 the key "__proto__" is refused'],
  ["tags beyond the core", "a: !!binary aGk=", "1:4 not YAML: Unresolved tag: tag:yaml.org,2002:binary"],
  ["YAML 1.1", "%YAML 1.1\n---\na: yes", "1:1 YAML 1.1 is not read; expected 1.2"],
  [
    "a second document",
    "a: 1\n---\nb: 2",
    "2:1 not YAML: Source contains multiple documents; please use YAML.parseAllDocuments()",
  ],
  ["an alias without anchor", "a: *x", '1:4 the alias "*x" has no anchor'],
  ["an alias within itself", "a: &x [*x]", '1:8 the alias "*x" stands within itself'],
  ["numbers that JSON cannot say", "a: .nan", "1:4 NaN is not a number that JSON can say"],
  ["lists as keys", "? [1]\n: 2", "1:3 a key must be plain text"],
])("%s: refused", (_, text, expected) => expect(problemsOf(text)).toEqual([expected]));

test("aliases beyond 50, and what they blow up to, are refused", () => {
  const many = `a: &x 1\nb: [${Array.from({ length: 60 }, () => "*x").join(", ")}]`;
  expect(problemsOf(many)).toEqual(["2:205 more than 50 aliases"]);
  const lines = ["a0: &a0 [1,1,1,1,1,1,1,1,1,1]"];
  for (let i = 1; i < 6; i++) lines.push(`a${i}: &a${i} [${Array.from({ length: 8 }, () => `*a${i - 1}`).join(",")}]`);
  expect(problemsOf(lines.join("\n"))).toHaveLength(1);
});

test("a text beyond the size limit is refused unread", () => {
  expect(problemsOf("x".repeat(SPEC_LIMITS.maxChars + 1))).toEqual([
    "undefined:undefined 1048577 characters are too many; at most 1048576 are read",
  ]);
});

test("sixty thousand keys are read or refused in linear time", () => {
  const text = Array.from({ length: 60_000 }, (_, index) => `k${index}: 1`).join("\n");
  expect(problemsOf(text)).toEqual([]);
});

test("yes and no are text, numbers are numbers, JSON is YAML", () => {
  expect(readYaml("a: yes\nb: 0x1F\nc: 1e3\nd: ~\n", "x", SPEC_LIMITS).value).toEqual({
    a: "yes",
    b: 31,
    c: 1000,
    d: null,
  });
  expect(readYaml('{"a": [1, "\\u0041", true]}', "x", SPEC_LIMITS).value).toEqual({ a: [1, "A", true] });
});

test("only the first fault of a line is told", () => {
  expect(problemsOf("a: { b: /x/${ID}, c: 1 }")).toHaveLength(1);
});
