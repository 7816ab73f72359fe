import { PlimsollError, type Problem } from "../base/errors.ts";
import { visibleText } from "../report/html-text.ts";
import type { ErrorBody } from "./live-event.ts";

/** An answer that is no success, with the sentence that the page shows. */
export class PageError extends Error {
  readonly status: PageStatus;
  readonly code: string;

  constructor(status: PageStatus, message: string, code = "REFUSED") {
    super(message);
    this.name = "PageError";
    this.status = status;
    this.code = code;
  }
}

export type PageStatus = 400 | 403 | 404 | 409 | 413 | 422 | 500 | 503;

/** What the page is told of a failure; of a fault of ours only that it was one. */
export function errorAnswer(error: unknown): { readonly status: PageStatus; readonly body: ErrorBody } {
  if (error instanceof PageError) return { status: error.status, body: bodyOf(error.code, error.message) };
  if (!(error instanceof PlimsollError))
    return { status: 500, body: bodyOf("BUG", "a fault in Plimsoll; its terminal tells more") };
  const problems = error.problems.map(problemText);
  const hint = problems.length > 0 || error.hint === undefined ? {} : { hint: visibleText(error.hint) };
  const { error: told } = bodyOf(error.code, error.message, problems);
  return { status: statusOf(error), body: { error: { ...told, ...hint } } };
}

function statusOf({ code }: PlimsollError): PageStatus {
  switch (code) {
    case "SPEC_INVALID":
    case "SPEC_UNREADABLE":
    case "USAGE":
    case "RESULT_UNREADABLE":
    case "JOURNAL_VERSION":
      return 422;
    case "RESULT_LOCKED":
    case "RUN_NOT_STEERABLE":
      return 409;
    default:
      return 500;
  }
}

function bodyOf(code: string, message: string, problems: readonly string[] = []): ErrorBody {
  return { error: { code, message: visibleText(message), ...(problems.length === 0 ? {} : { problems }) } };
}

function problemText({ place, message, hint }: Problem): string {
  const where = place === undefined ? "" : `${place.file}:${place.line}:${place.column}: `;
  return visibleText(`${where}${message}${hint === undefined ? "" : ` ${hint}`}`);
}
