import type { JsonValue } from "../base/json.ts";

/** A response body as JSON; undefined when there is none or it is not JSON (no JSON text stands for undefined). */
export function parseJsonBody(body: Uint8Array | undefined): JsonValue | undefined {
  if (body === undefined) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}
