/** What is wrong with a request, and where in its body: `texts[3]`, or `null` when no field is to blame. */
export interface BadRequest {
  readonly kind: "bad";
  readonly status: 400 | 404 | 405 | 413 | 415;
  readonly message: string;
  readonly field: string | null;
}

/** A fault of status 400. */
export function badRequest(message: string, field: string | null): BadRequest {
  return { kind: "bad", status: 400, message, field };
}
