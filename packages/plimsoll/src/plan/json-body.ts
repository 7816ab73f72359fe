import { type JsonValue, parseJson } from "../base/json.ts";

/** A response body as JSON; undefined when there is none or it is not JSON (no JSON text stands for undefined). */
export function parseJsonBody(body: Uint8Array | undefined): JsonValue | undefined {
  return body === undefined ? undefined : parseJson(new TextDecoder().decode(body));
}
