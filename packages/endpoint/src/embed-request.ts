import { type BadRequest, badRequest } from "./bad-request.ts";
import { MAX_TEXT_BYTES, MAX_TEXTS } from "./limits.ts";

/** What a request asks to embed, checked. */
export interface EmbedRequest {
  readonly kind: "embed";
  readonly texts: readonly string[];
  readonly isNormalized: boolean;
}

/** Reads the body of `POST /embed`: `{"texts": ["…"], "normalize"?: true}`. Other fields are ignored. */
export function parseEmbedRequest(body: unknown): EmbedRequest | BadRequest {
  if (!isObject(body)) return badRequest(`the body must be a JSON object such as {"texts": ["hello"]}`, null);
  const { texts, normalize = true } = body;
  if (texts === undefined) return badRequest("texts is missing; send an array of strings", "texts");
  if (!Array.isArray(texts)) return badRequest(`texts must be an array of strings, not ${kindOf(texts)}`, "texts");
  if (typeof normalize !== "boolean")
    return badRequest(`normalize must be true or false, not ${kindOf(normalize)}`, "normalize");
  const checked = checkTexts(texts, "texts");
  return checked.kind === "bad" ? checked : { kind: "embed", texts: checked.texts, isNormalized: normalize };
}

/** A list of texts within the limits. */
export interface CheckedTexts {
  readonly kind: "texts";
  readonly texts: readonly string[];
}

/** Checks that `values` are 1 to 256 strings of at most 32 KiB each; a fault names the one that is wrong. */
export function checkTexts(values: readonly unknown[], field: string): CheckedTexts | BadRequest {
  if (values.length === 0) return badRequest(`${field} is empty; send at least one text`, field);
  if (values.length > MAX_TEXTS)
    return badRequest(`${field} holds ${values.length} texts; at most ${MAX_TEXTS} fit in one request`, field);
  const texts: string[] = [];
  for (const [i, value] of values.entries()) {
    const where = `${field}[${i}]`;
    if (typeof value !== "string") return badRequest(`${where} must be a string, not ${kindOf(value)}`, where);
    const tooLong = textTooLong(value, where);
    if (tooLong !== undefined) return tooLong;
    texts.push(value);
  }
  return { kind: "texts", texts };
}

/** The fault of a text over 32 KiB of UTF-8, if it is one. */
export function textTooLong(text: string, field: string): BadRequest | undefined {
  const bytes = Buffer.byteLength(text);
  if (bytes <= MAX_TEXT_BYTES) return undefined;
  return badRequest(`${field} is ${bytes} bytes long; at most ${MAX_TEXT_BYTES} are allowed`, field);
}

/** True for a JSON object: neither null nor an array. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Names the kind of a JSON value in words fit for a message: "a number", "null". */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
