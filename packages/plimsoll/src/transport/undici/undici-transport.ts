/**
 * The same contract on undici: the oracle that our own client is compared with, at three times its processor time, and
 * the way through a proxy (`--transport undici`).
 * Its instants are undici's: `firstByteAtMs` is when the whole head had come. Where the two differ on the same octets,
 * `test/contracts/transport-differences.ts` says how and why.
 */

import { isIP } from "node:net";
import { Client, type Dispatcher, errors, ProxyAgent } from "undici";
import { PlimsollError } from "../../base/errors.ts";
import { MappedExchange } from "../blank-exchange.ts";
import { fault, faultOf, type TransportFault } from "../fault.ts";
import { Deadline } from "../http1/deadline.ts";
import { OctetStore } from "../http1/octet-store.ts";
import type {
  Connection,
  Exchange,
  Transport,
  TransportCounters,
  TransportOptions,
  WireRequest,
} from "../transport.ts";

/**
 * With `proxyUrl`, such as `http://user:password@proxy:3128`, connections are tunnels through that proxy (`CONNECT`):
 * it resolves the target's name itself, and `options.addresses` say nothing.
 *
 * @throws SPEC_INVALID for an origin that is no http or https URL.
 */
export function createUndiciTransport(options: TransportOptions, proxyUrl?: string | undefined): Transport {
  if (!/^https?:\/\/[^/]/.test(options.origin)) {
    throw new PlimsollError("SPEC_INVALID", `the target "${options.origin}" is no http:// or https:// address`);
  }
  const counters = { socketCount: 0, openedCount: 0, reopenedByUsCount: 0, staleRetryCount: 0 };
  const connections = new Set<UndiciConnection>();
  return {
    counters,
    connection: () => {
      const connection = new UndiciConnection({ ...options, proxyUrl }, counters);
      connections.add(connection);
      return connection;
    },
    close: async () => {
      await Promise.all([...connections].map((connection) => connection.closed()));
    },
  };
}

interface UndiciOptions extends TransportOptions {
  readonly proxyUrl: string | undefined;
}

class UndiciConnection implements Connection {
  readonly #options: UndiciOptions;
  readonly #counters: TransportCounters;
  readonly #deadline: Deadline;
  readonly #body = new OctetStore();
  #client: Client | ProxyAgent | undefined;
  /** The client itself, or the one behind the proxy's agent. */
  #heard: Client | undefined;
  #exchange = new MappedExchange();
  #request: WireRequest | undefined;
  #onEnd: ((exchange: Exchange) => void) | undefined;
  #isConnected = false;
  #hasIdleDied = false;
  #hasClosedItself = false;

  constructor(options: UndiciOptions, counters: TransportCounters) {
    this.#options = options;
    this.#counters = counters;
    this.#deadline = new Deadline(options.nowMs, () => this.#onDue());
  }

  get isBusy(): boolean {
    return this.#onEnd !== undefined;
  }

  get isOpen(): boolean {
    return this.#isConnected;
  }

  send(request: WireRequest, onEnd: (exchange: Exchange) => void): void {
    if (this.#onEnd !== undefined) throw new PlimsollError("BUG", "a connection was asked to send while busy");
    this.#onEnd = onEnd;
    this.#request = request;
    this.#exchange = new MappedExchange();
    this.#body.clear();
    if (this.#hasIdleDied) this.#counters.staleRetryCount += 1;
    this.#hasIdleDied = false;
    this.#client ??= this.#open();
    const { connectTimeoutMs, nowMs, origin, proxyUrl } = this.#options;
    // Undici limits neither the way to the proxy nor its answer by the time to connect.
    if (proxyUrl !== undefined && !this.#isConnected) this.#deadline.set(nowMs() + connectTimeoutMs);
    const { method, path, body } = request;
    const headers = rawHeaders(request.headers);
    const dispatched = { origin, method, path, headers, body: body ?? null };
    try {
      this.#client.dispatch(dispatched, this.#handlerOf(this.#exchange));
    } catch (error) {
      // Of a proxy's own header among the target's, undici does not tell the handler.
      this.#failed(error);
    }
  }

  /** Undici may tell of a request that we have given up: only the one in flight is listened to. */
  #handlerOf(exchange: MappedExchange): Dispatcher.DispatchHandler {
    const isCurrent = () => this.#onEnd !== undefined && this.#exchange === exchange;
    return {
      onRequestStart: () => {
        if (isCurrent()) this.#requestStarted();
      },
      onResponseStart: (_, status, headers) => {
        if (isCurrent() && status >= 200) this.#responseStarted(status, headers);
      },
      onResponseData: (_, chunk) => {
        if (isCurrent()) this.#bodyCame(chunk);
      },
      onResponseEnd: () => {
        if (!isCurrent()) return;
        if (this.#request?.wantsBody === true) exchange.body = this.#body.view();
        this.#finish();
      },
      onResponseError: (_, error) => {
        if (isCurrent()) this.#failed(error);
      },
    };
  }

  destroy(): void {
    this.#onEnd = undefined;
    void this.closed();
  }

  async closed(): Promise<void> {
    this.#onEnd = undefined;
    this.#deadline.cancel();
    if (this.#isConnected) this.#hasClosedItself = true;
    await this.#discardClient();
  }

  async #discardClient(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    this.#heard = undefined;
    await client?.destroy();
  }

  #requestStarted(): void {
    const { firstByteTimeoutMs, totalTimeoutMs, nowMs } = this.#options;
    this.#exchange.sentAtMs = nowMs();
    this.#deadline.set(this.#exchange.sentAtMs + Math.min(firstByteTimeoutMs, totalTimeoutMs));
  }

  #responseStarted(status: number, headers: MappedExchange["headers"]): void {
    this.#exchange.firstByteAtMs = this.#options.nowMs();
    this.#deadline.set(this.#exchange.sentAtMs + this.#options.totalTimeoutMs);
    this.#exchange.status = status;
    if (this.#request?.wantsHeaders === true) this.#exchange.headers = headers;
  }

  #bodyCame(chunk: Uint8Array): void {
    this.#exchange.bodyBytes += chunk.length;
    if (this.#request?.wantsBody === true) this.#body.append(chunk, 0, chunk.length);
  }

  #failed(error: unknown): void {
    const hasBegun = !Number.isNaN(this.#exchange.firstByteAtMs);
    const isSent = !Number.isNaN(this.#exchange.sentAtMs);
    if (!isSent) void this.#discardClient();
    this.#fail(undiciFaultOf(error, { hasBegun, isSent, options: this.#options }));
  }

  #open(): Client | ProxyAgent {
    const { origin, proxyUrl } = this.#options;
    if (proxyUrl === undefined) return this.#listenTo(new Client(origin, clientOptions(this.#options)));
    return new ProxyAgent({
      uri: proxyUrl,
      proxyTls: { timeout: this.#options.connectTimeoutMs },
      requestTls: tlsOptions(this.#options),
      // One connection, of whose coming and going we hear; undici's own way through the proxy stays its `connect`.
      factory: (_origin, { connect }: Client.Options) =>
        this.#listenTo(new Client(origin, { ...clientOptions(this.#options), ...(connect && { connect }) })),
    });
  }

  #listenTo(client: Client): Client {
    this.#heard = client;
    client.on("connect", () => this.#opened());
    client.on("disconnect", () => this.#closed());
    client.on("connectionError", (_origin, _targets, error) => this.#connectFailed(client, error));
    return client;
  }

  #opened(): void {
    this.#isConnected = true;
    this.#counters.socketCount += 1;
    this.#counters.openedCount += 1;
    if (this.#hasClosedItself) this.#counters.reopenedByUsCount += 1;
    this.#hasClosedItself = false;
  }

  #closed(): void {
    if (!this.#isConnected) return;
    this.#isConnected = false;
    this.#counters.socketCount -= 1;
    this.#hasIdleDied = this.#onEnd === undefined && !this.#hasClosedItself;
  }

  /** Undici leaves the request waiting for ever where the certificate is for another host. */
  #connectFailed(client: Client, error: unknown): void {
    if (this.#onEnd !== undefined && client === this.#heard) this.#failed(error);
  }

  #onDue(): void {
    const hasBegun = !Number.isNaN(this.#exchange.firstByteAtMs);
    const isSent = !Number.isNaN(this.#exchange.sentAtMs);
    this.#hasClosedItself = isSent;
    if (isSent) this.#fail(fault("timeout", hasBegun ? "not whole in time" : "no first byte in time"));
    else this.#fail(fault("connect-timeout", "no connection through the proxy in time"));
    void this.#discardClient();
  }

  #fail(failure: TransportFault): void {
    this.#exchange.fail(failure);
    if (failure.kind === "protocol" || failure.kind === "too-large") this.#hasClosedItself = true;
    this.#finish();
  }

  #finish(): void {
    const onEnd = this.#onEnd;
    if (onEnd === undefined) return;
    this.#onEnd = undefined;
    this.#deadline.clear();
    this.#exchange.endedAtMs = this.#options.nowMs();
    // Undici still holds the request while it tells of its end: a next one must wait until it has let go.
    queueMicrotask(() => onEnd(this.#exchange));
  }
}

interface Situation {
  readonly hasBegun: boolean;
  readonly isSent: boolean;
  readonly options: UndiciOptions;
}

function undiciFaultOf(error: unknown, { hasBegun, isSent, options }: Situation): TransportFault {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const isProxied = options.proxyUrl !== undefined;
  if (code === "UND_ERR_ABORTED" && isProxied) return fault("connect-refused", "the proxy opened no tunnel");
  if (code === "UND_ERR_CONNECT_TIMEOUT") return fault("connect-timeout", "no connection in time");
  if (code === "UND_ERR_HEADERS_OVERFLOW") return fault("too-large", "headers over the limit");
  if (code === "UND_ERR_RES_EXCEEDED_MAX_SIZE") return fault("too-large", "body over the limit");
  if (code === "HPE_INVALID_EOF_STATE") return fault("truncated", "closed within the response");
  if (code === "UND_ERR_SOCKET") return fault(hasBegun ? "truncated" : "reset", "closed without a whole answer");
  if (code === "UND_ERR_RES_CONTENT_LENGTH_MISMATCH") return fault("protocol", "body of another length than said");
  if (error instanceof errors.HTTPParserError) return fault("protocol", "not as HTTP/1.1 asks");
  const isTls = options.origin.startsWith("https:");
  const phase = isSent
    ? "open"
    : isTls && !/^(ECONNREFUSED|E\w*UNREACH|EMFILE|ENFILE|EADDRNOTAVAIL)$/.test(code)
      ? "handshake"
      : "connecting";
  return faultOf(error, phase, isProxied ? "the proxy, or beyond it" : options.origin);
}

function tlsOptions({ tls }: TransportOptions) {
  return {
    rejectUnauthorized: tls.isVerified,
    ...(tls.caPem === undefined ? {} : { ca: tls.caPem }),
    ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
  };
}

function clientOptions(options: TransportOptions) {
  return {
    connect: {
      ...tlsOptions(options),
      timeout: options.connectTimeoutMs,
      lookup: (_host: string, wanted: { readonly all?: boolean | undefined }, answer: LookupAnswer) =>
        answerWith(options.addresses, wanted.all === true, answer),
      autoSelectFamily: options.addresses.length > 1,
    },
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 600_000,
    maxHeaderSize: options.maxHeaderBytes,
    maxResponseSize: options.maxBodyBytes,
    allowH2: false,
  };
}

type LookupAnswer = (error: null, address: string | { address: string; family: number }[], family?: number) => void;

function answerWith(addresses: readonly string[], isAll: boolean, answer: LookupAnswer): void {
  const found = addresses.map((address) => ({ address, family: isIP(address) }));
  if (isAll) answer(null, found);
  else answer(null, found[0]!.address, found[0]!.family);
}

function rawHeaders(headers: string): string[] {
  return headers
    .split("\r\n")
    .filter((line) => line !== "")
    .flatMap((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]);
}
