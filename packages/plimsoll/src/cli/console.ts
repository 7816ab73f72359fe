import { PlimsollError } from "../base/errors.ts";

/** Where a command prints, and how: decided once from argv and the environment. */
export interface Console {
  /** The answer: what a person or a pipe reads. */
  readonly out: (text: string) => void;
  /** Everything beside the answer: progress, notes, errors. */
  readonly note: (text: string) => void;
  /** What was asked for beside the answer: on standard error, also when quiet. */
  readonly tell: (text: string) => void;
  readonly hasColour: boolean;
  /** Whether somebody reads standard error as it is written and can press Ctrl-C: what waits for a person would hang CI. */
  readonly isAttended: boolean;
  /** Whether a live screen can be drawn on standard error. */
  readonly isLive: boolean;
  readonly columns: number;
  readonly rows: number;
  readonly isQuiet: boolean;
  readonly isJson: boolean;
}

export interface OutputFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
  /** commander's form of `--no-color`. */
  readonly color?: boolean;
}

const DEFAULT_COLUMNS = 100;

export function createConsole(flags: OutputFlags, env: NodeJS.ProcessEnv = process.env): Console {
  const { stdout, stderr } = process;
  const isQuiet = flags.quiet === true;
  const isJson = flags.json === true;
  const isAttended = stderr.isTTY === true && env["CI"] === undefined;
  const isColourWanted = flags.color !== false && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb";
  return {
    out: (text) => void stdout.write(text),
    note: (text) => {
      if (!isQuiet) stderr.write(text);
    },
    tell: (text) => void stderr.write(text),
    hasColour: isColourWanted && (stdout.isTTY === true || (env["FORCE_COLOR"] ?? "") !== ""),
    isAttended,
    isLive: isAttended && !isQuiet && env["TERM"] !== "dumb",
    columns: stdout.columns ?? stderr.columns ?? (Number(env["COLUMNS"]) || DEFAULT_COLUMNS),
    rows: stderr.rows ?? 24,
    isQuiet,
    isJson,
  };
}

/** What happened, where, what to do, and the code: for standard error. */
export function describeError(error: unknown): string {
  if (!(error instanceof PlimsollError)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return `plimsoll: BUG: ${text}\n  This is a fault in Plimsoll: please report it with the text above.\n`;
  }
  const lines = [`plimsoll: ${error.message} [${error.code}]`];
  for (const problem of error.problems) {
    const place = problem.place;
    const where = place === undefined ? "" : `${place.file}:${place.line}:${place.column}: `;
    lines.push(`  ${where}${problem.message}`);
    if (problem.hint !== undefined) lines.push(`    ${problem.hint}`);
  }
  if (error.hint !== "") lines.push(`  ${error.hint}`);
  return `${lines.join("\n")}\n`;
}
