/** Starts runs for the page: processes of their own, which go on when the page's server ends. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { type FileHandle, open, rmdir, unlink } from "node:fs/promises";
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
const MAX_MESSAGE_BYTES = 4 * MAX_MESSAGE_LENGTH;
const CONSOLE_LOG = "console.log";
/** How often it is looked whether the run has begun. */
const LOOK_MS = 250;

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
  const log = await open(join(out, CONSOLE_LOG), "wx+", 0o600);
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
  const common = { folder, spec: order.spec, profile: order.profile, startedAt };
  const becomes = followStart(child, out, log);
  return { listing: () => ({ ...common, ...becomes() }) };
}

type Became = Pick<StartListing, "state" | "message" | "exitCode">;

/** Watches a run from its start; what became of it so far is told when asked. */
function followStart(child: ChildProcess, out: string, log: FileHandle): () => Became {
  let hasBegun = false;
  let end: Became | undefined;
  const isThere = () => existsSync(join(out, "run.plj"));
  const look = () => {
    hasBegun ||= isThere();
    if (hasBegun) clearInterval(timer);
  };
  const timer = setInterval(look, LOOK_MS);
  timer.unref();
  const endAs = async (became: Became) => {
    clearInterval(timer);
    end = became;
    // The log is read by its handle: the folder may be gone, and what was printed is all that is left.
    const message = became.state === "started" ? undefined : await printedIn(log).catch(() => undefined);
    await log.close();
    if (became.state === "failed") await clear(out);
    if (message !== undefined && message !== "") end = { ...became, message };
  };
  child.once("error", (error) => void endAs({ state: "failed", message: error.message }));
  child.once("exit", (code) => {
    const exit = code === null ? {} : { exitCode: code };
    if (isThere()) void endAs({ state: "started" });
    else if (hasBegun) void endAs({ state: "removed", ...exit });
    else void endAs({ state: "failed", message: "it ended before it began", ...exit });
  });
  return () => {
    if (end !== undefined) return end;
    look();
    return { state: !hasBegun ? "starting" : isThere() ? "started" : "ending" };
  };
}

async function printedIn(log: FileHandle): Promise<string> {
  const { buffer, bytesRead } = await log.read(Buffer.alloc(MAX_MESSAGE_BYTES), 0, MAX_MESSAGE_BYTES, 0);
  return visibleText(buffer.toString("utf8", 0, bytesRead).trim(), MAX_MESSAGE_LENGTH);
}

/** Takes away the folder of a run that never began. */
async function clear(out: string): Promise<void> {
  await unlink(join(out, CONSOLE_LOG)).catch(() => undefined);
  await rmdir(out).catch(() => undefined);
}

/** `minilm-ramp_up-20261123T175413Z-9f3a`. */
function folderName({ spec, profile }: StartOrder, epochMs: number): string {
  const plain = `${spec.replace(/\.\w+$/, "")}-${profile}`.replace(/[^A-Za-z0-9_-]+/g, "_").slice(0, MAX_NAME_LENGTH);
  const time = isoSecondsOfEpochMs(epochMs).replaceAll(/[-:]/g, "");
  return `${plain}-${time}-${randomBytes(2).toString("hex")}`;
}
