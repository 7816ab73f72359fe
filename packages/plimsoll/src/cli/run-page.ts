/** The live page of one run: `plimsoll ui` as a process of its own beside it, outside of its threads. */
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Console } from "./console.ts";
import { watchSignals } from "./signals.ts";

export interface RunPage {
  /** The run is over, and somebody is there to look: the page stays until Ctrl-C. Where nobody is, this returns at once. */
  stay(runId: string): Promise<void>;
  /** The run is over: the page's server ends once nobody looks at it any more. */
  leave(): void;
}

const STARTED_WITHIN_MS = 15_000;

/** Starts the page over the runs in `dir` and prints its address. Without a page the run goes on all the same. */
export async function openRunPage(dir: string, console: Console): Promise<RunPage> {
  const bin = fileURLToPath(new URL("../bin/plimsoll.js", import.meta.url));
  const sinceMs = Date.now();
  // The channel tells it of our end, whatever that may be. Ctrl-C, which ends a run in order, is not meant for it.
  const child = spawn(process.execPath, [bin, "ui", `--dir=${dir}`, "--port=0", "--json"], {
    detached: true,
    stdio: ["ignore", "pipe", "ignore", "ipc"],
    windowsHide: true,
  });
  const { stdout } = child;
  const url = await new Promise<string | undefined>((resolve) => {
    const timer = setTimeout(() => resolve(undefined), STARTED_WITHIN_MS);
    const answer = (text: string | undefined) => {
      clearTimeout(timer);
      resolve(text === undefined ? undefined : addressIn(text));
    };
    child.once("error", () => answer(undefined));
    child.once("exit", () => answer(undefined));
    stdout?.setEncoding("utf8").once("data", answer);
  });
  if (url === undefined) console.tell("the live page did not start; the run goes on without it\n");
  // Opened late, it still leads to this run: by then it may be over.
  else console.tell(`⦵ ${showing(url, `now&since=${sinceMs}`)}\n`);
  stdout?.destroy();
  child.unref();
  child.channel?.unref();
  return {
    stay: async (runId) => {
      if (url === undefined || !console.isAttended || hasEnded(child)) return;
      console.tell(`⦵ the page stays open until Ctrl-C: ${showing(url, runId)}\n`);
      await untilCtrlC(child);
      child.kill("SIGTERM");
    },
    leave: () => {
      if (child.connected) child.disconnect();
    },
  };
}

/** Or until the page's server is gone, for whatever reason. */
function untilCtrlC(server: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    const signals = watchSignals(() => end());
    const end = (): void => {
      signals.stop();
      server.off("exit", end);
      server.unref();
      resolve();
    };
    server.once("exit", end);
    server.ref();
  });
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

function addressIn(json: string): string | undefined {
  try {
    const { url } = JSON.parse(json);
    return typeof url === "string" ? url : undefined;
  } catch {
    return undefined;
  }
}

/** Leads to a run, not to the list. */
function showing(url: string, run: string): string {
  return url.replace("/#", `/?run=${run}#`);
}
