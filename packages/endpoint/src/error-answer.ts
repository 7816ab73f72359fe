import type { BadRequest } from "./bad-request.ts";

/** A request that is answered with an error. `field` names what is wrong in its body, where that applies. */
export interface ErrorAnswer {
  readonly status: number;
  readonly message: string;
  readonly field: string | null;
}

/**
 * The JSON body of an error in the shape the route's clients read: OpenAI's under /v1/, else
 * `{"error":{"message":"texts[3] must be a string, not a number","field":"texts[3]"}}`.
 */
export function errorBody(path: string, { status, message, field }: ErrorAnswer): object {
  if (!path.startsWith("/v1/")) return { error: { message, field } };
  const type = status < 500 ? "invalid_request_error" : "server_error";
  return { error: { message, type, param: field, code: OPENAI_CODES[status] ?? null } };
}

const OPENAI_CODES: Readonly<Record<number, string>> = { 404: "not_found", 503: "overloaded" };

/** What the server framework reports when a request is not even readable. */
export interface FrameworkFault {
  readonly statusCode?: number | undefined;
  readonly code?: string | undefined;
  readonly message: string;
}

/** Puts a fault of the framework into our words. Below 500 it is the client's; else its text stays in the log. */
export function describeFault(fault: FrameworkFault): ErrorAnswer {
  const status = fault.statusCode ?? 500;
  if (status >= 500) return { status: 500, message: "internal error", field: null };
  return { status, message: FAULT_MESSAGES[fault.code ?? ""] ?? fault.message, field: null };
}

const FAULT_MESSAGES: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: "the body is over 2 MiB; send fewer or shorter texts",
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "the body must be JSON; send the header content-type: application/json",
  FST_ERR_CTP_EMPTY_JSON_BODY: "the body is empty; send JSON",
  FST_ERR_CTP_INVALID_JSON_BODY: "the body is not valid JSON",
};

/** A path nobody serves (404), or one that is served but not with this method (405). */
export function describeUnserved(method: string, path: string, allowed: readonly string[]): BadRequest {
  const isKnown = allowed.length > 0;
  const message = isKnown
    ? `${path} does not accept ${method}; use ${allowed.join(" or ")}`
    : `there is nothing at ${path}; see /docs`;
  return { kind: "bad", status: isKnown ? 405 : 404, message, field: null };
}
