import { type ChildProcess, spawn } from "node:child_process";

/** A process that a test started: its address, and its end. */
export interface StartedProcess {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Starts a program and waits until its output matches `ready`, whose first group is the address. */
export async function startProcess(
  command: string,
  args: readonly string[],
  options: {
    readonly ready: RegExp;
    readonly cwd?: string;
    readonly env?: Record<string, string>;
    readonly withinMs?: number;
  },
): Promise<StartedProcess> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const url = await untilReady(child, options.ready, options.withinMs ?? 60_000).catch(async (error: unknown) => {
    await end(child);
    throw error;
  });
  return { url, pid: child.pid!, stop: () => end(child) };
}

function untilReady(child: ChildProcess, ready: RegExp, withinMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = "";
    const timer = setTimeout(() => reject(new Error(`not ready within ${withinMs} ms:\n${output}`)), withinMs);
    const look = (chunk: Buffer) => {
      output += chunk.toString("utf8");
      const found = ready.exec(output);
      if (found === null) return;
      clearTimeout(timer);
      resolve(found[1]!);
    };
    child.stdout!.on("data", look);
    child.stderr!.on("data", look);
    child.once("error", reject);
    child.once("exit", (code) => {
      clearTimeout(timer);
      reject(new Error(`ended with ${code} before it was ready:\n${output}`));
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 15_000);
  await ended;
  clearTimeout(timer);
}
