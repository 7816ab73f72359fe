/** Asks a target whether it is there and ready, before any load. Each attempt opens a connection of its own. */
import { setTimeout as sleep } from "node:timers/promises";
import { faultOf, type SocketPhase } from "./fault.ts";
import { createHttp1Transport } from "./http1/http1-transport.ts";
import { openSocket, planDial } from "./http1/socket.ts";
import { printableText } from "./printable.ts";
import type { Connection, Exchange, Transport, TransportOptions, WireRequest } from "./transport.ts";

const SHOWN_BODY_CHARS = 200;
const CONNECT_INTERVAL_MS = 250;

/** `afterMs` from the first attempt; `lastSeen` in words safe to print, such as `GET /health answered 503 {"status":"loading"}`. */
export type ProbeResult =
  | { readonly kind: "ready"; readonly afterMs: number }
  | {
      readonly kind: "not-ready";
      readonly lastSeen: string;
      /** One answer settled it: no waiting would have mended it, so that nobody waited. */
      readonly isFinal: boolean;
    };

/** What of an answer decides whether the target is ready; a compiled `expect` of the spec is one. */
export interface ReadyExpectation {
  /** Undefined when the answer is right, else why not. */
  check(answer: {
    readonly status: number;
    readonly header: (name: string) => string | undefined;
    readonly body: Uint8Array | undefined;
    readonly isBodyChecked: boolean;
    readonly responseMs: number;
  }): { readonly message: string } | undefined;
}

export interface ReadyProbe {
  readonly transport: TransportOptions;
  /** The client to ask by; our own HTTP/1.1 when not given. */
  readonly open?: ((options: TransportOptions) => Promise<Transport>) | undefined;
  readonly path: string;
  /** As on a `WireRequest`. */
  readonly headers: string;
  readonly expectation: ReadyExpectation;
  /** Whether a failed exchange settles that this client can never ask the target. */
  readonly isFinal?: ((failed: Pick<Exchange, "kind" | "message">) => boolean) | undefined;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** After each attempt that found the target not ready. */
  readonly onAttempt?: ((lastSeen: string) => void) | undefined;
  /** Stops waiting: the result is then `not-ready`. */
  readonly signal?: AbortSignal | undefined;
}

export interface ConnectProbe {
  readonly transport: TransportOptions;
  /** Another way to the target than straight: answers why there was none. */
  readonly tryConnect?: ((timeoutMs: number) => Promise<FailedAttempt | undefined>) | undefined;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Sends `GET path` every `intervalMs` until the answer is as expected or `timeoutMs` have passed. */
export async function probeReady(probe: ReadyProbe): Promise<ProbeResult> {
  return await attemptUntil(probe, probe.intervalMs, async (leftMs) => {
    const failed = await attemptReady(probe, leftMs);
    if (failed !== undefined) probe.onAttempt?.(failed.lastSeen);
    return failed;
  });
}

/** Tries until the target takes a connection (and completes the TLS handshake, which no waiting mends) or time is up. */
export async function probeConnect(probe: ConnectProbe): Promise<ProbeResult> {
  return await attemptUntil(probe, CONNECT_INTERVAL_MS, async (leftMs) => {
    return await (probe.tryConnect?.(leftMs) ?? attemptConnect(probe.transport, leftMs));
  });
}

/** What came of an attempt that found the target not ready; in words safe to print. */
export interface FailedAttempt {
  readonly lastSeen: string;
  /** No further attempt can do better. */
  readonly isFinal: boolean;
  /** It ran out of time: what an attempt before it saw says more. */
  readonly isTimeout: boolean;
}

/** At least one attempt is made, and the last ends when time is up. */
async function attemptUntil(
  { transport, timeoutMs, signal }: ConnectProbe,
  intervalMs: number,
  attempt: (leftMs: number) => Promise<FailedAttempt | undefined>,
): Promise<ProbeResult> {
  const startedAtMs = transport.nowMs();
  let seen: FailedAttempt | undefined;
  for (;;) {
    const failed = await attempt(Math.max(1, timeoutMs - (transport.nowMs() - startedAtMs)));
    const passedMs = transport.nowMs() - startedAtMs;
    if (failed === undefined) return { kind: "ready", afterMs: passedMs };
    if (seen === undefined || !failed.isTimeout || passedMs < timeoutMs) seen = failed;
    const isOver = failed.isFinal || signal?.aborted === true || passedMs + intervalMs >= timeoutMs;
    if (isOver) return { kind: "not-ready", lastSeen: seen.lastSeen, isFinal: failed.isFinal };
    await sleep(intervalMs, undefined, signal === undefined ? {} : { signal }).catch(() => {});
  }
}

async function attemptReady(probe: ReadyProbe, leftMs: number): Promise<FailedAttempt | undefined> {
  const options = within(probe.transport, leftMs);
  const transport = await (probe.open?.(options) ?? createHttp1Transport(options));
  const { path, headers } = probe;
  try {
    const request = { method: "GET", path, headers, body: undefined, wantsBody: true, wantsHeaders: true };
    return await sendOnce(transport.connection(), request, (exchange) => {
      if (isRight(exchange, probe.expectation)) return undefined;
      const lastSeen = `GET ${printableText(path, SHOWN_BODY_CHARS)} ${whatWasSeen(exchange)}`;
      const isFinal = exchange.kind !== "ok" && probe.isFinal?.(exchange) === true;
      return { lastSeen, isFinal, isTimeout: isTimeout(exchange.kind) };
    });
  } finally {
    await transport.close();
  }
}

/** The exchange is its connection's own and must be read within the callback. */
async function sendOnce<T>(connection: Connection, request: WireRequest, read: (exchange: Exchange) => T): Promise<T> {
  return await new Promise<T>((resolve, reject) => {
    connection.send(request, (exchange) => {
      try {
        resolve(read(exchange));
      } catch (cause) {
        reject(cause);
      }
    });
  });
}

function isRight(exchange: Exchange, expectation: ReadyExpectation): boolean {
  if (exchange.kind !== "ok") return false;
  const wrong = expectation.check({
    status: exchange.status,
    header: (name) => exchange.header(name),
    body: exchange.body,
    isBodyChecked: true,
    responseMs: exchange.endedAtMs - exchange.sentAtMs,
  });
  return wrong === undefined;
}

function isTimeout(kind: Exchange["kind"]): boolean {
  return kind === "timeout" || kind === "connect-timeout";
}

function whatWasSeen(exchange: Exchange): string {
  if (exchange.kind !== "ok") return `failed: ${exchange.kind}, ${exchange.message}`;
  const shown = exchange.body?.subarray(0, 4 * SHOWN_BODY_CHARS) ?? new Uint8Array();
  return `answered ${exchange.status} ${printableText(new TextDecoder().decode(shown), SHOWN_BODY_CHARS)}`.trim();
}

/** Tries each address in turn. */
async function attemptConnect(options: TransportOptions, leftMs: number): Promise<FailedAttempt | undefined> {
  const perAddress = within(options, leftMs / options.addresses.length);
  let failed: FailedAttempt = { lastSeen: "no address", isFinal: true, isTimeout: false };
  for (const address of options.addresses) {
    const attempt = await connectOnce({ ...perAddress, addresses: [address] });
    if (attempt === undefined) return undefined;
    failed = attempt;
  }
  return failed;
}

async function connectOnce(options: TransportOptions): Promise<FailedAttempt | undefined> {
  const dial = planDial(options);
  const address = dial.addresses[0]!;
  return await new Promise((resolve) => {
    let phase: SocketPhase = "connecting";
    const end = (failed?: FailedAttempt) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(failed);
    };
    const fail = (error: unknown) => {
      const { kind, message } = faultOf(error, phase, `${address}:${dial.port}`);
      end({ lastSeen: `${kind}: ${message}`, isFinal: kind === "tls", isTimeout: isTimeout(kind) });
    };
    const socket = openSocket(dial, address, {
      onTcpOpen: () => {
        phase = "handshake";
      },
      onOpen: () => end(),
      onRead: () => {},
      onFin: () => {},
      onError: (_, error) => fail(error),
    });
    const timer = setTimeout(() => {
      const message =
        phase === "handshake" ? "the TLS handshake did not end in time" : `no answer from ${address}:${dial.port}`;
      end({ lastSeen: `connect-timeout: ${message}`, isFinal: false, isTimeout: true });
    }, options.connectTimeoutMs);
  });
}

function within(options: TransportOptions, leftMs: number): TransportOptions {
  return {
    ...options,
    connectTimeoutMs: Math.min(options.connectTimeoutMs, leftMs),
    firstByteTimeoutMs: Math.min(options.firstByteTimeoutMs, leftMs),
    totalTimeoutMs: Math.min(options.totalTimeoutMs, leftMs),
  };
}
