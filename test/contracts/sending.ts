/** How the transport tests send: promises in place of callbacks, and copies of what a connection would reuse. */
import type {
  Connection,
  Exchange,
  TransportOptions,
  WireRequest,
} from "../../packages/plimsoll/src/transport/transport.ts";

export interface Sent {
  readonly kind: Exchange["kind"];
  readonly dropReason: Exchange["dropReason"];
  readonly message: string;
  readonly status: number;
  readonly bodyBytes: number;
  readonly body: string | undefined;
  readonly sentAtMs: number;
  readonly firstByteAtMs: number;
  readonly endedAtMs: number;
  /** Value of `x-a`. */
  readonly header: string | undefined;
}

export const GET: WireRequest = {
  method: "GET",
  path: "/",
  headers: "",
  body: undefined,
  wantsBody: true,
  wantsHeaders: true,
};

export const nowMs = (): number => performance.now();

export function optionsFor(port: number, change: Partial<TransportOptions> = {}): TransportOptions {
  return {
    origin: `http://127.0.0.1:${port}`,
    addresses: ["127.0.0.1"],
    connectTimeoutMs: 2000,
    firstByteTimeoutMs: 2000,
    totalTimeoutMs: 4000,
    maxBodyBytes: 100_000,
    maxHeaderBytes: 16_384,
    tls: { caPem: undefined, isVerified: true, serverName: undefined },
    nowMs,
    ...change,
  };
}

/** Fails when the exchange ends within `send` or twice. */
export async function send(connection: Connection, request: Partial<WireRequest> = {}): Promise<Sent> {
  return await new Promise((resolve, reject) => {
    let state: "sending" | "waiting" | "ended" = "sending";
    connection.send({ ...GET, ...request }, (exchange) => {
      if (state !== "waiting") reject(new Error(`onEnd was called while ${state}`));
      state = "ended";
      resolve(copyOf(exchange));
    });
    if (state === "sending") state = "waiting";
  });
}

export function copyOf(exchange: Exchange): Sent {
  const { kind, dropReason, message, status, bodyBytes, sentAtMs, firstByteAtMs, endedAtMs } = exchange;
  const body = exchange.body === undefined ? undefined : new TextDecoder().decode(exchange.body);
  const header = exchange.header("x-a");
  return { kind, dropReason, message, status, bodyBytes, body, sentAtMs, firstByteAtMs, endedAtMs, header };
}

/** Until something came true; fails after two seconds. */
export async function until(isTrue: () => boolean): Promise<void> {
  const startedAtMs = nowMs();
  while (!isTrue()) {
    if (nowMs() - startedAtMs > 2000) throw new Error("did not come true within 2 s");
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
