/** A page's server as a process, and a client of it that can send what no browser would. */
import { type ChildProcess, spawn } from "node:child_process";
import { type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { onTestFinished } from "vitest";

const BIN = join(import.meta.dirname, "../../packages/plimsoll/bin/plimsoll.js");

export interface Page {
  readonly port: number;
  /** `127.0.0.1:port`. */
  readonly host: string;
  readonly origin: string;
  readonly token: string;
  readonly child: ChildProcess;
  /** Everything on standard error so far. */
  readonly notes: () => string;
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts `plimsoll ui --port 0` with more arguments; stopped when the test (or file) is over, if it still is there. */
export async function startPage(args: readonly string[], options: { readonly cwd?: string } = {}): Promise<Page> {
  const child = spawn(process.execPath, [BIN, "ui", "--port", "0", "--json", ...args], {
    cwd: options.cwd,
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own, so that a signal reaches all of it, as Ctrl-C in a terminal does.
    detached: true,
  });
  let notes = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    notes += text;
  });
  const url = await new Promise<URL>((resolve, reject) => {
    child.stdout.setEncoding("utf8").once("data", (text: string) => {
      const { url: told } = JSON.parse(text);
      // A refusal is a document, too: what there is to say of it comes with its end.
      if (told !== undefined) resolve(new URL(told));
    });
    child.once("exit", (code) => reject(new Error(`ended with ${code}: ${notes}`)));
  });
  const stop = (signal: NodeJS.Signals = "SIGINT") =>
    new Promise<number | null>((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve(child.exitCode);
      child.once("exit", (code) => resolve(code));
      process.kill(-child.pid!, signal);
    });
  return {
    port: Number(url.port),
    host: url.host,
    origin: url.origin,
    token: new URLSearchParams(url.hash.slice(1)).get("t") ?? "",
    child,
    notes: () => notes,
    stop,
  };
}

/** As `startPage`, and stopped when the test is over. */
export async function startPageForTest(args: readonly string[], options: { readonly cwd?: string } = {}) {
  const page = await startPage(args, options);
  onTestFinished(async () => {
    await page.stop("SIGKILL");
  });
  return page;
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
}

export interface Asked {
  readonly method?: string;
  readonly path: string;
  /** Exactly these; `host` is the server's unless given. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
  /** Of an answer that does not end: its text is left out. */
  readonly isHeadOnly?: boolean;
}

/** One request as given, on a connection of its own. */
export function ask(page: Pick<Page, "port" | "host">, asked: Asked): Promise<Answered> {
  const { method = "GET", path, body } = asked;
  // Node announces no body for DELETE by itself.
  const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
  const headers = asked.headers?.["transfer-encoding"] === undefined ? { ...length, ...asked.headers } : asked.headers;
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: "127.0.0.1", port: page.port, method, path, headers: { host: page.host, ...headers }, agent: false },
      (response) => {
        let text = "";
        if (asked.isHeadOnly === true) {
          response.destroy();
          return resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
        }
        response.setEncoding("utf8").on("data", (part: string) => {
          text += part;
        });
        response.once("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
        response.once("error", reject);
      },
    );
    sent.once("error", reject);
    sent.end(body);
  });
}

/** The cookie that the printed token is exchanged for. */
export async function signIn(page: Pick<Page, "host" | "origin" | "port" | "token">): Promise<string> {
  const { headers } = await ask(page, {
    method: "POST",
    path: "/api/session",
    headers: { origin: page.origin, "content-type": "application/json" },
    body: JSON.stringify({ token: page.token }),
  });
  return headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
}

/** A page that is signed in: reads and writes as the browser would. */
export async function openPage(page: Page) {
  const cookie = await signIn(page);
  const write = async (method: string, path: string, body: unknown): Promise<Answered> =>
    ask(page, {
      method,
      path,
      headers: { cookie, origin: page.origin, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const read = (path: string): Promise<Answered> => ask(page, { path, headers: { cookie } });
  return { cookie, write, read, json: async (path: string) => JSON.parse((await read(path)).text) };
}

export interface SentEvent {
  readonly id: number;
  readonly name: string;
  readonly data: { readonly n: number; readonly after?: number; readonly document?: unknown; readonly patch?: unknown };
}

/** Reads a run's stream until it ends or `until` says so. */
export function readEvents(
  page: Page,
  asked: { readonly path: string; readonly cookie: string; readonly lastEventId?: number },
  until: (event: SentEvent) => boolean = () => false,
): Promise<readonly SentEvent[]> {
  const { path, cookie, lastEventId } = asked;
  const headers = {
    host: page.host,
    cookie,
    ...(lastEventId === undefined ? {} : { "last-event-id": `${lastEventId}` }),
  };
  return new Promise((resolve, reject) => {
    const events: SentEvent[] = [];
    const sent = request({ host: "127.0.0.1", port: page.port, path, headers, agent: false }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`answered ${response.statusCode}`));
      let text = "";
      const finish = () => {
        sent.destroy();
        resolve(events);
      };
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
        const frames = text.split("\n\n");
        text = frames.pop() ?? "";
        for (const frame of frames) {
          const [, id, name, data] = /^id: (\d+)\nevent: (\w+)\ndata: (.*)$/.exec(frame) ?? [];
          if (data === undefined) continue;
          events.push({ id: Number(id), name: name!, data: JSON.parse(data) });
          if (until(events.at(-1)!)) return finish();
        }
      });
      response.once("end", finish);
      response.once("error", finish);
    });
    sent.once("error", reject);
    sent.end();
  });
}
