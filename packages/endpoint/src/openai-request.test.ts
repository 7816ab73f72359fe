import { describe, expect, test } from "vitest";
import { parseOpenAiRequest } from "./openai-request.ts";

describe("parseOpenAiRequest", () => {
  test.each([
    ["one string is one text", { input: "a", model: "all-MiniLM-L6-v2" }, ["a"], "float"],
    ["an array is many texts", { input: ["a", "b"] }, ["a", "b"], "float"],
    ["base64 is obeyed", { input: "a", encoding_format: "base64" }, ["a"], "base64"],
    ["the model's long name is known", { input: "a", model: "sentence-transformers/all-MiniLM-L6-v2" }, ["a"], "float"],
    ["the model's own dimensions may be asked for", { input: "a", dimensions: 384 }, ["a"], "float"],
  ])("%s", (_, body, texts, encoding) => expect(parseOpenAiRequest(body)).toEqual({ kind: "embed", texts, encoding }));

  test.each([
    ["no body", undefined, 400, null, "JSON object"],
    ["no input", {}, 400, "input", "missing"],
    ["a number", { input: 7 }, 400, "input", "not a number"],
    ["an empty array", { input: [] }, 400, "input", "empty"],
    ["token ids", { input: [101, 102] }, 400, "input[0]", "not a number"],
    ["a text over 32 KiB", { input: "a".repeat(32769) }, 400, "input", "32769 bytes"],
    ["another model", { input: "a", model: "gpt-5" }, 404, "model", "gpt-5"],
    ["another encoding", { input: "a", encoding_format: "int8" }, 400, "encoding_format", "base64"],
    ["other dimensions", { input: "a", dimensions: 128 }, 400, "dimensions", "384"],
  ])("%s is refused, naming the field", (_, body, status, field, part) => {
    const parsed = parseOpenAiRequest(body);
    expect(parsed).toMatchObject({ kind: "bad", status, field });
    expect(parsed).toHaveProperty("message", expect.stringContaining(part));
  });
});
