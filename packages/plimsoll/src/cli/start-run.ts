/** Starts runs for the page: processes of their own, which go on when the page's server ends. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { open, readFile, rmdir, unlink } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { isoSecondsOfEpochMs } from "../base/wall-time.ts";
import type { StartListing } from "../live/live-event.ts";
import type { StartOrder } from "../live/orders.ts";
import type { StartedRun } from "../live/page-options.ts";
import { makeFolder } from "../records/journal-file.ts";
import { visibleText } from "../report/html-text.ts";

const MAX_NAME_LENGTH = 60;
const MAX_MESSAGE_LENGTH = 4_000;
const CONSOLE_LOG = "console.log";

/** The numbers of an order as flags of `plimsoll run`. */
function flagsOf({ users, spawnPerSec, ratePerSec, durationMs }: StartOrder): readonly string[] {
  return [
    ...(users === undefined ? [] : [`--users=${users}`]),
    ...(spawnPerSec === undefined ? [] : [`--spawn-rate=${spawnPerSec}/s`]),
    ...(ratePerSec === undefined ? [] : [`--rate=${ratePerSec}/s`]),
    ...(durationMs === undefined ? [] : [`--duration=${durationMs}ms`]),
  ];
}

/** Begins `plimsoll run` in a new folder below `dir`; what it prints goes into that folder. */
export async function startRun(order: StartOrder, specPath: string, dir: string): Promise<StartedRun> {
  const startedAt = new Date().toISOString();
  const folder = folderName(order, Date.now());
  const out = join(dir, folder);
  await makeFolder(out, 0o700);
  const log = await open(join(out, CONSOLE_LOG), "wx", 0o600);
  let failure: Pick<StartListing, "message" | "exitCode"> | undefined;
  try {
    const bin = fileURLToPath(new URL("../bin/plimsoll.js", import.meta.url));
    const args = [
      "run",
      specPath,
      `--profile=${order.profile}`,
      ...flagsOf(order),
      `--out=${relative(process.cwd(), out)}`,
    ];
    const child = spawn(process.execPath, [bin, ...args], {
      // A group of its own: Ctrl-C in the server's terminal is not meant for it.
      detached: true,
      stdio: ["ignore", log.fd, log.fd],
      windowsHide: true,
      env: { ...process.env, NO_COLOR: "1" },
    });
    child.unref();
    child.once("error", (error) => {
      failure = { message: error.message };
    });
    child.once("exit", (code) => {
      if (existsSync(join(out, "run.plj"))) return;
      failure = { message: "it ended before it began", ...(code === null ? {} : { exitCode: code }) };
      void cleared(out).then((message) => {
        failure = { ...failure, message };
      });
    });
  } finally {
    await log.close();
  }
  const common = { folder, spec: order.spec, profile: order.profile, startedAt };
  const stateNow = () => (failure !== undefined ? "failed" : existsSync(join(out, "run.plj")) ? "started" : "starting");
  return { listing: () => ({ ...common, state: stateNow(), ...failure }) };
}

/** Takes away the folder of a run that never began. @returns what it had printed */
async function cleared(out: string): Promise<string> {
  const printed = await readFile(join(out, CONSOLE_LOG), "utf8").catch(() => "");
  await unlink(join(out, CONSOLE_LOG)).catch(() => undefined);
  await rmdir(out).catch(() => undefined);
  return visibleText(printed.trim() || "it ended before it began", MAX_MESSAGE_LENGTH);
}

/** `minilm-ramp_up-20261123T175413Z-9f3a`. */
function folderName({ spec, profile }: StartOrder, epochMs: number): string {
  const plain = `${spec.replace(/\.\w+$/, "")}-${profile}`.replace(/[^A-Za-z0-9_-]+/g, "_").slice(0, MAX_NAME_LENGTH);
  const time = isoSecondsOfEpochMs(epochMs).replaceAll(/[-:]/g, "");
  return `${plain}-${time}-${randomBytes(2).toString("hex")}`;
}
