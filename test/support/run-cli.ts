import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";

const BIN = join(import.meta.dirname, "../../packages/plimsoll/bin/plimsoll.js");

export interface CliResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Another Node than this one. */
  readonly node?: string;
  readonly onStart?: (child: ChildProcess) => void;
  /** Called with everything written to standard error so far. */
  readonly onStderr?: (text: string, child: ChildProcess) => void;
}

/** Runs the built command line as a user would and returns what came of it. */
export function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const { GITHUB_ACTIONS: _actions, GITHUB_STEP_SUMMARY: _summary, CI: _ci, ...env } = process.env;
  const child = spawn(options.node ?? process.execPath, [BIN, ...args], {
    cwd: options.cwd,
    env: { ...env, NO_COLOR: "1", COLUMNS: "100", ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  options.onStart?.(child);
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    options.onStderr?.(stderr, child);
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}
