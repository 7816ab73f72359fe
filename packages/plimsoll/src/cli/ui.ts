import { existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { PlimsollError } from "../base/errors.ts";
import { isLoopback, type LiveServer, type LiveServerOptions, startLiveServer } from "../live/live-server.ts";
import type { StartOrder } from "../live/orders.ts";
import { comparisonDataOf } from "../report/comparison-data.ts";
import { compareFolders } from "./compare.ts";
import type { Console } from "./console.ts";
import { describeError } from "./console.ts";
import { loadLiveUi } from "./live-ui.ts";
import { wholeNumber } from "./number-flag.ts";
import { judgeStats } from "./read-model.ts";
import { isResultFile } from "./results-folder.ts";
import { watchSignals } from "./signals.ts";
import { readSpecFile } from "./spec-file.ts";
import { SpecList } from "./spec-list.ts";
import { startRun } from "./start-run.ts";

export interface UiFlags {
  readonly dir: string;
  readonly port: string;
  readonly specs?: string;
  readonly host?: string;
  readonly token?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
}

const MIN_TOKEN_LENGTH = 32;

/** `plimsoll ui`: serves the page until SIGINT or SIGTERM; runs go on without it. @throws USAGE PORT_IN_USE */
export async function uiCommand(flags: UiFlags, console: Console): Promise<number> {
  const port = wholeNumber("--port", flags.port, { least: 0, most: 65_535 }) ?? 0;
  const access = await readAccess(flags);
  const dir = resolve(flags.dir);
  if (statSync(dir, { throwIfNoEntry: false })?.isDirectory() === false)
    throw new PlimsollError("USAGE", `--dir: ${flags.dir} is a file`, { hint: "Give the folder that runs are in." });
  const specs = new SpecList(flags.specs === undefined ? dirname(dir) : resolve(flags.specs), process.env);
  const server = await listen(flags, {
    ...access,
    port,
    dir,
    ui: await loadLiveUi(),
    judge: (stats, isLive) => judgeStats(stats, [], { isLive }),
    isResultFile,
    listSpecs: () => specs.list(),
    compare: async (base, next) => comparisonDataOf(await compareFolders(base, next)),
    startRun: async (order) => {
      const path = await specs.pathOf(order.spec);
      await checkOrder(order, path);
      return startRun(order, path, dir);
    },
    onFault: (error) => console.note(describeError(error)),
  });
  tellAddress(server, flags, { console, isThere: existsSync(dir) });
  await untilStopped(server);
  const running = await server.running();
  await server.close();
  for (const folder of running)
    console.note(`the run in ${folder === "" ? flags.dir : `${flags.dir}/${folder}`} goes on\n`);
  return 0;
}

/** As the run itself will read it, so that the page is told what is wrong at once. @throws SPEC_INVALID USAGE */
async function checkOrder(order: StartOrder, path: string): Promise<void> {
  const { profile: name, users, spawnPerSec, ratePerSec, durationMs } = order;
  const edit = {
    name,
    ...(users === undefined ? {} : { users: String(users) }),
    ...(spawnPerSec === undefined ? {} : { spawn: `${spawnPerSec}/s` }),
    ...(ratePerSec === undefined ? {} : { rate: `${ratePerSec}/s` }),
    ...(durationMs === undefined ? {} : { for: `${durationMs}ms` }),
  };
  const spec = await readSpecFile(path, process.env, { profile: edit });
  if (!spec.profiles.some((profile) => profile.name === name))
    throw new PlimsollError("USAGE", `the spec has no profile ${JSON.stringify(name)}`);
}

/** Whoever reaches the page can load the targets of its specs, so others get there only by TLS and a secret of yours. */
async function readAccess(flags: UiFlags): Promise<Pick<LiveServerOptions, "host" | "tls" | "token">> {
  const { host, tlsCert, tlsKey } = flags;
  if ((tlsCert === undefined) !== (tlsKey === undefined))
    throw new PlimsollError("USAGE", "--tls-cert and --tls-key go together", { hint: "Give both, as PEM files." });
  if (host !== undefined && !isLoopback(host)) {
    if (/^(?:0\.0\.0\.0|::|\*)?$/.test(host))
      throw new PlimsollError("USAGE", `--host ${host} says no name that browsers could be held to`, {
        hint: "Give the name or the address by which others reach this machine.",
      });
    const missing = [
      ...(flags.token === undefined ? ["--token"] : []),
      ...(tlsCert === undefined ? ["--tls-cert and --tls-key"] : []),
    ];
    if (missing.length > 0)
      throw new PlimsollError("USAGE", `--host ${host} is not a loopback address, so it needs ${missing.join(", ")}`, {
        hint: "Whoever reads or forges what goes over the network could start load. Or leave --host out and use an SSH tunnel.",
      });
  }
  const tls =
    tlsCert === undefined || tlsKey === undefined
      ? undefined
      : { cert: await readSecretFile("--tls-cert", tlsCert), key: await readSecretFile("--tls-key", tlsKey) };
  return { host, tls, token: await readToken(flags.token) };
}

async function readToken(given: string | undefined): Promise<string | undefined> {
  if (given === undefined) return undefined;
  const token = given.startsWith("@") ? (await readSecretFile("--token", given.slice(1))).trim() : given;
  if (token.length >= MIN_TOKEN_LENGTH) return token;
  throw new PlimsollError(
    "USAGE",
    `--token holds ${token.length} characters; at least ${MIN_TOKEN_LENGTH} are wanted`,
    {
      hint: "openssl rand -base64 32 > token, then --token @token.",
    },
  );
}

async function readSecretFile(flag: string, path: string): Promise<string> {
  return readFile(path, "utf8").catch((cause: unknown) => {
    throw new PlimsollError(
      "USAGE",
      `${flag}: ${path} cannot be read: ${cause instanceof Error ? cause.message : cause}`,
      {
        hint: "Give the path of a file.",
        cause,
      },
    );
  });
}

async function listen(flags: UiFlags, options: LiveServerOptions): Promise<LiveServer> {
  return startLiveServer(options).catch((cause: unknown) => {
    const where = `port ${flags.port} on ${flags.host ?? "127.0.0.1"}`;
    if (cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE")
      throw new PlimsollError("PORT_IN_USE", `${where} is taken`, {
        hint: "Another plimsoll ui may be open there. Give another --port, or 0 for any free one.",
        cause,
      });
    throw new PlimsollError("USAGE", `cannot listen on ${where}: ${cause instanceof Error ? cause.message : cause}`, {
      hint: "Give another --host or --port, or other TLS files.",
      cause,
    });
  });
}

/** A token that was given is a secret of its owner and is not printed. */
function tellAddress(
  { url, token }: LiveServer,
  flags: UiFlags,
  { console, isThere }: { readonly console: Console; readonly isThere: boolean },
): void {
  const address = flags.token === undefined ? `${url}/#t=${token}` : url;
  console.out(console.isJson ? `${JSON.stringify({ url: address })}\n` : `⦵ ${address}\n`);
  const add = flags.token === undefined ? "" : "; add #t= and your token to the address";
  console.note(`runs in ${flags.dir}${add}; stop with Ctrl-C, runs go on\n`);
  if (!isThere) console.note(`${flags.dir} is not there yet: the first run makes it\n`);
}

/** How long nobody may have looked at the page of a run that is over; its own page asks every 20 s. */
const LEFT_ALONE_MS = 90_000;
const LOOK_MS = 2_000;

/** Until a signal; the page of one run (`plimsoll run --ui`), which has a channel to it, until both are over. */
function untilStopped(server: LiveServer): Promise<void> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    const stop = () => {
      watch.stop();
      clearInterval(timer);
      resolve();
    };
    const watch = watchSignals(stop);
    const isLeft = () => server.idleMs() > LEFT_ALONE_MS;
    if (process.channel === undefined) return;
    process.once("disconnect", () => {
      if (isLeft()) stop();
      else timer = setInterval(() => isLeft() && stop(), LOOK_MS);
    });
  });
}
