/** The built tool as a process, for scripts and benchmarks. */
import { spawn } from "node:child_process";
import { join } from "node:path";

const BIN = join(import.meta.dirname, "../packages/plimsoll/bin/plimsoll.js");

/** Starts a command and does not wait for it; `ended` resolves to its exit code, `stop` ends it. */
export function startTool(args, { cwd, stdio = ["ignore", "inherit", "inherit"] }) {
  const child = spawn(process.execPath, [BIN, ...args], { cwd, stdio });
  const ended = new Promise((resolve) => child.once("close", (code) => resolve(code)));
  const stop = (signal = "SIGTERM") => {
    if (child.exitCode === null) child.kill(signal);
    return ended;
  };
  return { child, pid: child.pid, ended, stop };
}

/** Starts a command that serves; `url` is the first group of `ready` in what it prints. */
export async function serveTool(args, ready, { cwd }) {
  const tool = startTool(args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  const url = await new Promise((resolve, reject) => {
    const look = (more) => {
      text += more;
      const found = ready.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    };
    tool.child.stdout.setEncoding("utf8").on("data", look);
    tool.child.stderr.setEncoding("utf8").on("data", look);
    tool.child.once("close", (code) => reject(new Error(`${args[0]} ended with ${code}: ${text}`)));
  });
  return { ...tool, url };
}

/** `plimsoll simulate` on a free port. */
export function simulate(args, options) {
  return serveTool(["simulate", "--port", "0", ...args], /^ready: (http:\S+)/m, options);
}

/** `plimsoll ui` over a folder, on a free port; `url` holds the token. */
export function servePage(dir, options) {
  return serveTool(["ui", "--port", "0", "--dir", dir, "--json"], /"url":"([^"]+)"/, options);
}
