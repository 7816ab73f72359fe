/** Where a run takes orders while it goes: a socket of its own that only this user can open, told of in `run.lock`. */
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseJson } from "../base/json.ts";
import type { SteerOrder } from "../records/record.ts";

export interface GivenOrder {
  readonly order: SteerOrder | "stop";
  /** As the journal will name who gave it. */
  readonly who: string;
}

export interface OrdersListener {
  /** Path of the socket, or name of the pipe. */
  readonly path: string;
  close(): Promise<void>;
}

const MAX_LINE_CHARACTERS = 4096;
const MAX_WHO_CHARACTERS = 40;
const MAX_LOAD = 1_000_000;

/**
 * Lines of JSON, each with one order (`{"id":1,"do":"steer","users":50,"who":"page"}`), are answered in turn
 * (`{"id":1,"ok":true}`, or `"ok":false` with a `message`). `obey` returns why an order cannot be carried out.
 * @returns undefined where no socket can be had: the run then goes on without taking orders
 */
export async function listenForOrders(
  obey: (order: GivenOrder) => string | undefined,
): Promise<OrdersListener | undefined> {
  const folder = await mkdtemp(join(tmpdir(), "plimsoll-")).catch(() => undefined);
  if (folder === undefined) return undefined;
  const path = process.platform === "win32" ? `\\\\.\\pipe\\${folder.replace(/.*[\\/]/, "")}` : join(folder, "orders");
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    serve(socket, obey);
  });
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true, force: true });
  };
  return new Promise((resolve) => {
    server.once("error", () => {
      void rm(folder, { recursive: true, force: true });
      resolve(undefined);
    });
    // A run does not stay for the sake of orders.
    server.listen(path, () => resolve({ path, close })).unref();
  });
}

function serve(socket: Socket, obey: (order: GivenOrder) => string | undefined): void {
  let text = "";
  socket.on("error", () => {});
  socket.setEncoding("utf8").on("data", (part: string) => {
    text += part;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
      socket.write(`${JSON.stringify(answerTo(text.slice(0, end), obey))}\n`);
      text = text.slice(end + 1);
    }
    if (text.length > MAX_LINE_CHARACTERS) socket.destroy();
  });
}

interface Answer {
  readonly id: unknown;
  readonly ok: boolean;
  readonly message?: string;
}

function answerTo(line: string, obey: (order: GivenOrder) => string | undefined): Answer {
  const asked = parseLine(line);
  const id = asked?.["id"] ?? null;
  const order = asked === undefined ? undefined : readOrder(asked);
  if (asked === undefined || order === undefined) return { id, ok: false, message: "that is no order" };
  const who = typeof asked["who"] === "string" ? asked["who"].slice(0, MAX_WHO_CHARACTERS) : "somebody";
  const refusal = obey({ order, who });
  return refusal === undefined ? { id, ok: true } : { id, ok: false, message: refusal };
}

function parseLine(line: string): Readonly<Record<string, unknown>> | undefined {
  const value = parseJson(line);
  return typeof value === "object" && value !== null ? { ...value } : undefined;
}

/** Loads are bounded: a mistyped number must not load the machine. */
export function readOrder(asked: Readonly<Record<string, unknown>>): GivenOrder["order"] | undefined {
  const { do: what, users, ratePerSec } = asked;
  switch (what) {
    case "stop":
      return "stop";
    case "pause":
      return { paused: true };
    case "resume":
      return { resumed: true };
    case "steer":
      if (typeof users === "number" && Number.isInteger(users) && users >= 0 && users <= MAX_LOAD) return { users };
      if (typeof ratePerSec === "number" && ratePerSec >= 0 && ratePerSec <= MAX_LOAD) return { ratePerSec };
      return undefined;
    default:
      return undefined;
  }
}
