import { EXIT, type ExitCode } from "./exit-codes.ts";

interface ErrorRow {
  readonly exit: ExitCode;
  /** Who can mend it. */
  readonly actor: "author" | "operator" | "runner" | "us";
  /** What to do next, unless the throw knows better. */
  readonly hint: string;
}

/** Every fault of ours by code; `docs/errors.md` holds one anchor for each (a test compares them both ways). */
export const ERROR_CODES = {
  USAGE: { exit: EXIT.usage, actor: "author", hint: "`plimsoll help` lists the commands and their options." },
  SPEC_INVALID: { exit: EXIT.usage, actor: "author", hint: "`plimsoll init` writes a spec that runs." },
  SPEC_UNREADABLE: { exit: EXIT.usage, actor: "author", hint: "`plimsoll init` writes a plimsoll.yaml to start from." },
  RESULT_UNREADABLE: {
    exit: EXIT.usage,
    actor: "author",
    hint: "Give a run folder, a run.plj, or a result file that `plimsoll check --help` lists.",
  },
  RESULT_LOCKED: {
    exit: EXIT.usage,
    actor: "author",
    hint: "Another run writes there: wait for it, or give another --out.",
  },
  PORT_IN_USE: { exit: EXIT.usage, actor: "author", hint: "Give another --port, or 0 for any free one." },
  RUN_NOT_STEERABLE: {
    exit: EXIT.usage,
    actor: "author",
    hint: "Only a run that goes on takes orders; open the list of runs again.",
  },
  ENDPOINT_MISSING: { exit: EXIT.usage, actor: "author", hint: "npm install @plimsoll/endpoint" },
  GENERATOR_LIMIT: {
    exit: EXIT.usage,
    actor: "runner",
    hint: "`plimsoll doctor` shows what this machine allows.",
  },
  JOURNAL_VERSION: { exit: EXIT.usage, actor: "author", hint: "Read it with the version of Plimsoll that wrote it." },
  RESULT_UNWRITABLE: {
    exit: EXIT.usage,
    actor: "author",
    hint: "No load was sent. Give an --out in a folder that you may write to.",
  },
  JOURNAL_WRITE_FAILED: {
    exit: EXIT.inconclusive,
    actor: "runner",
    hint: "Free some space or give another --out; what was written before is kept.",
  },
  WORKER_LOST: {
    exit: EXIT.inconclusive,
    actor: "runner",
    hint: "A load thread died; run again, and report it with the message above if it happens twice.",
  },
  TARGET_NOT_READY: {
    exit: EXIT.targetNotReady,
    actor: "operator",
    hint: "Is it up? Raise `ready.timeout` if it loads slowly.",
  },
  TARGET_REFUSED: {
    exit: EXIT.targetRefused,
    actor: "operator",
    hint: "List the host under `allowTargets` in the spec, or pass --i-am-authorised if it is yours to load.",
  },
  BUG: { exit: EXIT.internal, actor: "us", hint: "This is a fault in Plimsoll: please report it with the text above." },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** Where in a file the author wrote something; lines and columns count from 1. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One fault the author can mend, such as `plimsoll.yaml:12:5 unknown key "weigth"; nearest: "weight"`. */
export interface Problem {
  readonly message: string;
  readonly place?: SourcePlace;
  readonly hint?: string;
}

/** Plimsoll could not do its job. A failed request is never one of these: it is data. Match on `code`. */
export class PlimsollError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;
  /** All faults found at once; empty when the message says it all. */
  readonly problems: readonly Problem[];

  constructor(
    code: ErrorCode,
    message: string,
    more: { readonly hint?: string; readonly problems?: readonly Problem[]; readonly cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = "PlimsollError";
    this.code = code;
    this.hint = more.hint ?? ERROR_CODES[code].hint;
    this.problems = more.problems ?? [];
  }

  get exitCode(): ExitCode {
    return ERROR_CODES[this.code].exit;
  }
}
