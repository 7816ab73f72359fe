/** What a refusal says to a script: the one JSON document of a command that has no answer. */
import { ERROR_CODES, type ErrorCode, PlimsollError, type Problem } from "../base/errors.ts";

/** Fields may be added, none is renamed. */
const ERROR_SCHEMA_ID = "plimsoll.error/1";

interface Told {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
  readonly problems: readonly Problem[];
}

/** The document as text, indented by two blanks, with a line break at its end; every text is told as `redact` leaves it. */
export function renderErrorJson(error: unknown, redact: (text: string) => string): string {
  const { code, message, hint, problems } = toldOf(error);
  const document = {
    schema: ERROR_SCHEMA_ID,
    exitCode: ERROR_CODES[code].exit,
    error: { code, message, hint, problems: problems.map(problemEntry) },
  };
  const shown = (_: string, value: unknown) => (typeof value === "string" ? redact(value) : value);
  return `${JSON.stringify(document, shown, 2)}\n`;
}

/** Where it stands is null for a problem that is of no file. */
function problemEntry({ message, place, hint }: Problem) {
  return { message, hint: hint ?? null, place: place ?? null };
}

function toldOf(error: unknown): Told {
  if (error instanceof PlimsollError) return error;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { code: "BUG", message, hint: ERROR_CODES.BUG.hint, problems: [] };
}
