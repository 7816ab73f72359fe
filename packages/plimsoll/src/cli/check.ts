import { existsSync } from "node:fs";
import { open, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseForeignRuns } from "../analysis/foreign/sniff.ts";
import { PlimsollError } from "../base/errors.ts";
import { EXIT, type ExitCode } from "../base/exit-codes.ts";
import { renderForeignCheck, renderForeignJson } from "../report/foreign-check.ts";
import { renderSummaryJson } from "../report/summary-json.ts";
import { renderTerminalSummary, renderVerdictLine } from "../report/terminal-summary.ts";
import { judgePoints } from "../verdict/judge-points.ts";
import { exitCodeOf } from "../verdict/judge-run.ts";
import type { Console } from "./console.ts";
import { readRun } from "./read-model.ts";
import { readThreshold } from "./threshold-flag.ts";

export interface CheckFlags {
  readonly threshold?: readonly string[];
}

/** Which of several exit codes speaks for all; the first that occurs. */
const PRECEDENCE: readonly ExitCode[] = [EXIT.thresholdFailed, EXIT.inconclusive, EXIT.pass];

/** `plimsoll check`: gates each result by its own thresholds and those given. @throws RESULT_UNREADABLE USAGE */
export async function checkCommand(paths: readonly string[], flags: CheckFlags, console: Console): Promise<number> {
  if (paths.length > 1 && console.isJson)
    throw new PlimsollError("USAGE", "several results are given, but --json prints one document", {
      hint: "Run it once for each.",
    });
  const codes: ExitCode[] = [];
  for (const path of paths) {
    const label = paths.length > 1 ? `${path}: ` : "";
    codes.push(await checkOne({ path, label, exprs: flags.threshold ?? [] }, console));
  }
  return worstOf(codes);
}

/** One of the results asked for. */
interface Asked {
  readonly path: string;
  /** Before the one line of `--quiet`, where several are checked. */
  readonly label: string;
  readonly exprs: readonly string[];
}

async function checkOne(asked: Asked, console: Console): Promise<ExitCode> {
  return (await isJournal(asked.path)) ? checkRun(asked, console) : checkForeign(asked, console);
}

async function checkRun({ path, label, exprs }: Asked, console: Console): Promise<ExitCode> {
  const { model } = await readRun(path, exprs);
  const { judgement } = model;
  if (console.isJson) console.out(renderSummaryJson(model));
  else if (console.isQuiet) console.out(label + renderVerdictLine(judgement, console.hasColour));
  else console.out(renderTerminalSummary(model, { width: console.columns, colour: console.hasColour }));
  return exitCodeOf(judgement.verdict);
}

async function checkForeign({ path, label, exprs }: Asked, console: Console): Promise<ExitCode> {
  const thresholds = exprs.map((expr) => readThreshold(expr));
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new PlimsollError(
      "RESULT_UNREADABLE",
      `${path} cannot be read: ${cause instanceof Error ? cause.message : cause}`,
      { cause },
    );
  });
  const results = parseForeignRuns(path, text, existsSync(join(dirname(path), "run.plj")));
  if (results.length > 1 && console.isJson)
    throw new PlimsollError("USAGE", `${path} holds ${results.length} runs, but --json prints one document`, {
      hint: "Leave --json out, or split the file.",
    });
  return worstOf(
    results.map((result) => {
      const judgement = judgePoints(result, thresholds);
      if (console.isJson) console.out(renderForeignJson(result, judgement));
      else if (console.isQuiet)
        console.out(
          `${label}${results.length > 1 ? `${result.name}: ` : ""}${renderVerdictLine(judgement, console.hasColour)}`,
        );
      else console.out(renderForeignCheck(result, judgement, { width: console.columns, colour: console.hasColour }));
      return judgement.exitCode;
    }),
  );
}

function worstOf(codes: readonly ExitCode[]): ExitCode {
  return PRECEDENCE.find((code) => codes.includes(code)) ?? EXIT.inconclusive;
}

/** A folder is taken as a run folder, a file by its first bytes: a journal line starts with its checksum. */
export async function isJournal(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined)
    throw new PlimsollError("RESULT_UNREADABLE", `${path} does not exist`, {
      hint: "Give the folder that `plimsoll run` wrote (results, unless --out said otherwise), or another tool's result file.",
    });
  if (found.isDirectory() || path.endsWith(".plj")) return true;
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(10), 0, 10, 0);
    return /^[0-9a-f]{8} \{/.test(buffer.toString("latin1", 0, bytesRead));
  } finally {
    await file.close();
  }
}
