import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonValue } from "../base/json.ts";
import { Problems, pathText } from "./problems.ts";
import { escapeTemplate, readTemplate } from "./template.ts";

function read(value: JsonValue) {
  const problems = new Problems({ place: () => undefined, label: pathText });
  const tables = new Map([["rows", { rows: ["a"], source: "inline" }]]);
  const template = readTemplate(value, ["json"], { problems, tables, captured: new Set(["id"]) });
  return { template, problems: problems.sorted().map(({ message }) => message) };
}

const generate = (generator: object) => ({ kind: "generate", generator });

test.each<[string, JsonValue, object]>([
  ["pick", { pick: "rows", count: 3 }, generate({ kind: "pick", from: "rows", field: undefined, count: [3, 3] })],
  ["integer", { integer: [1, 6] }, generate({ kind: "integer", low: 1, high: 6 })],
  ["number", { number: [0, 1] }, generate({ kind: "number", low: 0, high: 1 })],
  ["uuid", { uuid: true }, generate({ kind: "uuid" })],
  ["timestamp", { timestamp: "unix" }, generate({ kind: "timestamp", format: "unix" })],
  ["repeat", { repeat: "ab", length: [1, 5] }, generate({ kind: "repeat", text: "ab", length: [1, 5] })],
  ["counter", { counter: 5 }, generate({ kind: "counter", start: 5 })],
  ["captured", { captured: "id" }, generate({ kind: "captured", name: "id" })],
  ["literal", { literal: { pick: "rows" } }, { kind: "literal", value: { pick: "rows" } }],
  ["a string with insertions", "x{{uuid}}", { kind: "text", text: ["x", { kind: "uuid" }] }],
  ["a plain object is one literal", { a: [1, { b: null }] }, { kind: "literal", value: { a: [1, { b: null }] } }],
  [
    "a plain object that holds such a key",
    { timestamp: "2026", level: 3 },
    { kind: "literal", value: { timestamp: "2026", level: 3 } },
  ],
  [
    "two such keys make no directive",
    { uuid: true, integer: [1, 2] },
    { kind: "literal", value: { uuid: true, integer: [1, 2] } },
  ],
])("%s", (_, value, expected) => expect(read(value)).toEqual({ template: expected, problems: [] }));

test.each<[string, JsonValue, string]>([
  ["a malformed directive", { a: { integer: 5 } }, "json.a: 5 is wrong for integer; expected {integer: [1, 100]}"],
  ["a mistyped option", { pick: "rows", cuont: 2 }, 'json.cuont: unknown key "cuont" beside pick; nearest: "count"'],
  [
    "a foreign key beside a pick",
    { pick: "rows", x: 2 },
    'json.x: unknown key "x" beside pick; expected {pick: table}, with count: 3 or [1, 2] and field: name if need be',
  ],
  [
    "a length without end",
    { repeat: "x", length: 1e12 },
    'json: "x" is wrong for repeat; expected {repeat: text, length: 1000}, or a range [500, 1500]',
  ],
  [
    "a value never captured",
    { captured: "di" },
    'json: no value captured by an earlier step is named "di"; nearest: "id"',
  ],
])("%s is a problem", (_, value, expected) => expect(read(value).problems).toEqual([expected]));

describe("laws", () => {
  test("an escaped value is read as a literal of that value", () => {
    const keys = fc.constantFrom("pick", "uuid", "integer", "literal", "repeat", "length", "a", "count");
    const leaves = fc.oneof(
      fc.constantFrom("{{uuid}}", "x", "rows", '{{"'),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
    );
    const { json } = fc.letrec<{ json: JsonValue }>((tie) => ({
      json: fc.oneof(
        { maxDepth: 3 },
        leaves,
        fc.array(tie("json"), { maxLength: 3 }),
        fc.dictionary(keys, tie("json"), { maxKeys: 3 }),
      ),
    }));
    fc.assert(
      fc.property(json, (value) => {
        const plain: JsonValue = JSON.parse(JSON.stringify(value));
        expect(read(escapeTemplate(plain))).toEqual({ template: { kind: "literal", value: plain }, problems: [] });
      }),
    );
  });
});
