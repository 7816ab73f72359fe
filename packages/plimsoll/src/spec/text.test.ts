import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { escapeInsertions, parseText } from "./text.ts";

test.each([
  ["plain", ["plain"]],
  ["", []],
  ["/u/{{integer 1 100}}/x", ["/u/", { kind: "integer", low: 1, high: 100 }, "/x"]],
  ["{{ number 0 0.5 }}", [{ kind: "number", low: 0, high: 0.5 }]],
  ["{{pick users.first name}}", [{ kind: "pick", from: "users", field: "first name", count: undefined }]],
  [
    "{{uuid}}{{counter}}{{counter 7}}",
    [{ kind: "uuid" }, { kind: "counter", start: 0 }, { kind: "counter", start: 7 }],
  ],
  [
    "{{timestamp}}{{timestamp unixMs}}",
    [
      { kind: "timestamp", format: "iso" },
      { kind: "timestamp", format: "unixMs" },
    ],
  ],
  ["{{token}}", [{ kind: "captured", name: "token" }]],
  ['a{{"{{"}}b}}', ["a{{b}}"]],
])("%s", (text, expected) => expect(parseText(text)).toEqual({ kind: "text", text: expected }));

test.each([
  ["{{pik x}}", '{{pik x}}: "pik" is no insertion; nearest: "pick"'],
  ["{{integer 5}}", "{{integer 5}}: expected two numbers, the smaller first, such as integer 1 100"],
  ["{{integer 5 1}}", "{{integer 5 1}}: expected two numbers, the smaller first, such as integer 1 100"],
  ["{{integer 0.5 1}}", "{{integer 0.5 1}}: expected two numbers, the smaller first, such as integer 1 100"],
  ["{{timestamp rfc}}", '{{timestamp rfc}}: "rfc" is wrong; expected iso, unix or unixMs'],
  ["a {{uuid", '"{{uuid" is not closed by }}'],
])("%s is refused with its reason", (text, message) => expect(parseText(text)).toEqual({ kind: "problem", message }));

describe("laws", () => {
  test("an escaped text is one literal part", () => {
    const texts = fc.string({ unit: fc.constantFrom("{", "}", '"', "a", " ", "\\"), maxLength: 20 });
    fc.assert(
      fc.property(texts, (text) => {
        expect(parseText(escapeInsertions(text))).toEqual({ kind: "text", text: text === "" ? [] : [text] });
      }),
    );
  });
});
