/** The live page of one run: `plimsoll ui` as a process of its own beside it, outside of its threads. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Console } from "./console.ts";

export interface RunPage {
  /** The run is over: the page's server ends once nobody looks at it any more. */
  leave(): void;
}

const STARTED_WITHIN_MS = 15_000;

/** Starts the page over the runs in `dir` and prints its address. Without a page the run goes on all the same. */
export async function openRunPage(dir: string, console: Console): Promise<RunPage> {
  const bin = fileURLToPath(new URL("../bin/plimsoll.js", import.meta.url));
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
  if (url === undefined) console.note("the live page did not start; the run goes on without it\n");
  else console.note(`⦵ ${url}\n`);
  stdout?.destroy();
  child.unref();
  child.channel?.unref();
  return {
    leave: () => {
      if (child.connected) child.disconnect();
    },
  };
}

/** Leads to the run that goes on, not to the list. */
function addressIn(json: string): string | undefined {
  try {
    const { url } = JSON.parse(json);
    return typeof url === "string" ? url.replace("/#", "/?run=now#") : undefined;
  } catch {
    return undefined;
  }
}
