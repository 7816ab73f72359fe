import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseEmbedRequest } from "./embed-request.ts";

describe("parseEmbedRequest", () => {
  test.each([
    ["vectors are normalised unless the request says otherwise", { texts: ["a"] }, ["a"], true],
    ["normalize: false is obeyed", { texts: ["a"], normalize: false }, ["a"], false],
    ["an empty text is fine", { texts: [""] }, [""], true],
    ["fields it does not know are ignored", { texts: ["a"], user: 7 }, ["a"], true],
    ["256 texts fit", { texts: Array(256).fill("a") }, Array(256).fill("a"), true],
    ["32 KiB fit", { texts: ["é".repeat(16384)] }, ["é".repeat(16384)], true],
  ])("%s", (_, body, texts, isNormalized) =>
    expect(parseEmbedRequest(body)).toEqual({ kind: "embed", texts, isNormalized }),
  );

  test.each([
    ["no body", undefined, null, "JSON object"],
    ["null", null, null, "JSON object"],
    ["an array", ["a"], null, "JSON object"],
    ["no texts", { text: "a" }, "texts", "missing"],
    ["texts as a string", { texts: "a" }, "texts", "not a string"],
    ["texts as null", { texts: null }, "texts", "not null"],
    ["no text in texts", { texts: [] }, "texts", "empty"],
    ["too many texts", { texts: Array(257).fill("a") }, "texts", "257"],
    ["a number among the texts", { texts: ["a", "b", "c", 4] }, "texts[3]", "not a number"],
    ["null among the texts", { texts: [null] }, "texts[0]", "not null"],
    ["a list among the texts", { texts: ["a", ["b"]] }, "texts[1]", "not an array"],
    ["a text over 32 KiB", { texts: ["a", "é".repeat(16385)] }, "texts[1]", "32770 bytes"],
    ["a word for normalize", { texts: ["a"], normalize: "no" }, "normalize", "not a string"],
  ])("%s is refused, naming the field", (_, body, field, part) => {
    const parsed = parseEmbedRequest(body);
    expect(parsed).toMatchObject({ kind: "bad", status: 400, field });
    expect(parsed).toHaveProperty("message", expect.stringContaining(part));
  });
});

describe("laws", () => {
  test("no JSON value makes the parser throw, and what it accepts is within the limits", () => {
    const body = fc.oneof(fc.jsonValue(), fc.record({ texts: fc.array(fc.jsonValue()), normalize: fc.jsonValue() }));
    fc.assert(
      fc.property(body, (body) => {
        const parsed = parseEmbedRequest(body);
        expect(parsed.kind === "bad" || parsed.texts.every((text) => typeof text === "string")).toBe(true);
      }),
    );
  });
});
