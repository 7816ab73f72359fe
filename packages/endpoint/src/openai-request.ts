import { type BadRequest, badRequest } from "./bad-request.ts";
import { checkTexts, isObject, kindOf, textTooLong } from "./embed-request.ts";
import { DIMENSIONS, MODEL_NAME } from "./limits.ts";

/** What a request in OpenAI's shape asks to embed, checked. */
export interface OpenAiRequest {
  readonly kind: "embed";
  readonly texts: readonly string[];
  readonly encoding: "float" | "base64";
}

const MODEL_NAMES: readonly unknown[] = [MODEL_NAME, `sentence-transformers/${MODEL_NAME}`];

/**
 * Reads the body of `POST /v1/embeddings`: `{"input": "…" | ["…"], "model"?, "encoding_format"?, "dimensions"?}`.
 * Lists of token ids are refused: they would mean another model's vocabulary. `model` may be left out.
 */
export function parseOpenAiRequest(body: unknown): OpenAiRequest | BadRequest {
  if (!isObject(body)) return badRequest(`the body must be a JSON object such as {"input": "hello"}`, null);
  const { input, model = MODEL_NAME, encoding_format: encoding = "float", dimensions = DIMENSIONS } = body;
  if (!MODEL_NAMES.includes(model)) {
    const message = `model ${JSON.stringify(model)} is not served here; this endpoint serves "${MODEL_NAME}"`;
    return { kind: "bad", status: 404, message, field: "model" };
  }
  if (encoding !== "float" && encoding !== "base64")
    return badRequest(`encoding_format must be "float" or "base64"`, "encoding_format");
  if (dimensions !== DIMENSIONS) return badRequest(`dimensions must be ${DIMENSIONS}, if given`, "dimensions");
  const checked = checkInput(input);
  return checked.kind === "bad" ? checked : { kind: "embed", texts: checked.texts, encoding };
}

function checkInput(input: unknown): ReturnType<typeof checkTexts> {
  if (input === undefined) return badRequest("input is missing; send a string or an array of strings", "input");
  if (typeof input === "string") return textTooLong(input, "input") ?? { kind: "texts", texts: [input] };
  if (Array.isArray(input)) return checkTexts(input, "input");
  return badRequest(`input must be a string or an array of strings, not ${kindOf(input)}`, "input");
}
