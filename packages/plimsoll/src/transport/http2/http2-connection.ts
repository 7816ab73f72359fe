import { type ClientHttp2Stream, constants, type IncomingHttpHeaders, type IncomingHttpStatusHeader } from "node:http2";
import { PlimsollError } from "../../base/errors.ts";
import { MappedExchange } from "../blank-exchange.ts";
import { fault, type TransportFault } from "../fault.ts";
import { Deadline } from "../http1/deadline.ts";
import type { TimeoutMessages } from "../http1/http1-connection.ts";
import { OctetStore } from "../http1/octet-store.ts";
import type { Connection, Exchange, TransportCounters, TransportOptions, WireRequest } from "../transport.ts";
import type { Http2Session } from "./http2-session.ts";
import type { RequestFields } from "./request-fields.ts";
import type { SessionPool, SessionUser } from "./session-pool.ts";
import { codeOf, REFUSED_STREAM, streamFaultOf } from "./stream-fault.ts";

type ResponseHeaders = IncomingHttpHeaders & IncomingHttpStatusHeader;

/** What the connections of one transport share. */
export interface Http2Line {
  readonly options: TransportOptions;
  readonly counters: TransportCounters;
  readonly pool: SessionPool;
  readonly fields: RequestFields;
  readonly messages: TimeoutMessages;
}

/**
 * One caller's line: a stream for each request, on whatever session of the pool has room. A request is sent again,
 * once, where the target said that it did nothing with it (REFUSED_STREAM, or above a GOAWAY's last stream).
 */
export class Http2Connection implements Connection, SessionUser {
  readonly #line: Http2Line;
  readonly #nowMs: () => number;
  readonly #exchange = new MappedExchange();
  readonly #body = new OctetStore();
  readonly #deadline: Deadline;
  #request: WireRequest | undefined;
  #onEnd: ((exchange: Exchange) => void) | undefined;
  #stream: ClientHttp2Stream | undefined;
  #session: Http2Session | undefined;
  #streamError: unknown;
  #contentLength: number | undefined;
  #isWhole = false;
  #hasRetried = false;
  /** Sessions that `destroy` closed, and that a next request will open again. */
  #closedCount = 0;
  askedAtMs = Number.NaN;

  constructor(line: Http2Line) {
    this.#line = line;
    this.#nowMs = line.options.nowMs;
    this.#deadline = new Deadline(this.#nowMs, () => this.#onDue());
  }

  get isBusy(): boolean {
    return this.#onEnd !== undefined;
  }

  get isOpen(): boolean {
    return this.#line.pool.hasRoom;
  }

  /** @throws BUG while a request is in flight. */
  send(request: WireRequest, onEnd: (exchange: Exchange) => void): void {
    if (this.#onEnd !== undefined) throw new PlimsollError("BUG", "a connection was asked to send while busy");
    this.#request = request;
    this.#onEnd = onEnd;
    this.#hasRetried = false;
    this.#line.pool.join(this, this.#closedCount);
    this.#closedCount = 0;
    this.#ask();
  }

  destroy(): void {
    this.#onEnd = undefined;
    this.#request = undefined;
    this.#cancelStream();
    this.#closedCount += this.#line.pool.leave(this);
    this.#deadline.cancel();
  }

  onSession(session: Http2Session): void {
    const { options, fields } = this.#line;
    const nowMs = this.#nowMs();
    this.#deadline.set(nowMs + Math.min(options.firstByteTimeoutMs, options.totalTimeoutMs));
    this.#exchange.sentAtMs = nowMs;
    this.#session = session;
    const request = this.#request!;
    try {
      const stream = session.request(fields, request);
      this.#stream = stream;
      this.#listenTo(stream);
    } catch (error) {
      // Node refuses some headers that HTTP/1.1 would carry.
      const failure = fault("protocol", `no HTTP/2 request can be made of this one (${codeOf(error)})`);
      setImmediate(() => {
        if (this.#request === request && this.#session === session) this.#giveUp(failure);
      });
    }
  }

  onNoSession(failure: TransportFault): void {
    this.#fail(failure, this.#nowMs());
  }

  /** Also for a request that goes out again. */
  #ask(): void {
    const { options, pool } = this.#line;
    this.#exchange.reset();
    this.#body.clear();
    this.#streamError = undefined;
    this.#contentLength = undefined;
    this.#isWhole = false;
    this.askedAtMs = this.#nowMs();
    this.#deadline.set(this.askedAtMs + options.connectTimeoutMs);
    pool.ask(this);
  }

  /** A stream may tell of itself after we have given it up: only the one in flight is listened to. */
  #listenTo(stream: ClientHttp2Stream): void {
    const isCurrent = () => this.#stream === stream;
    // Node also ends what was cut short: only a whole response ends while its stream is open.
    const push = stream.push;
    stream.push = (chunk, encoding) => {
      if (chunk === null && !stream.closed && isCurrent()) this.#isWhole = true;
      return push.call(stream, chunk, encoding);
    };
    stream.on("headers", () => {
      if (isCurrent()) this.#takeFirstByte();
    });
    stream.on("response", (headers: ResponseHeaders, _flags: number, raw: readonly string[]) => {
      if (isCurrent()) this.#responseStarted(headers, raw);
    });
    stream.on("data", (chunk: Uint8Array) => {
      if (isCurrent()) this.#bodyCame(chunk);
    });
    stream.on("end", () => {
      if (isCurrent()) this.#responseEnded(stream);
    });
    stream.on("error", (error) => {
      if (isCurrent()) this.#streamFailed(error);
    });
    stream.on("close", () => {
      if (isCurrent()) this.#streamClosed(stream);
    });
  }

  #takeFirstByte(): void {
    const nowMs = this.#nowMs();
    this.#session!.heard(nowMs);
    if (!Number.isNaN(this.#exchange.firstByteAtMs)) return;
    this.#exchange.firstByteAtMs = nowMs;
    this.#deadline.set(this.#exchange.sentAtMs + this.#line.options.totalTimeoutMs);
  }

  #responseStarted(headers: ResponseHeaders, raw: readonly string[]): void {
    this.#takeFirstByte();
    this.#exchange.status = headers[":status"] ?? 0;
    if (this.#request!.wantsHeaders) this.#exchange.headers = headers;
    if (sizeOf(raw) > this.#line.options.maxHeaderBytes) this.#giveUp(fault("too-large", "headers over the limit"));
    else this.#contentLength = this.#promisedLength(headers["content-length"]);
  }

  #promisedLength(contentLength: string | undefined): number | undefined {
    const isBodiless = this.#request!.method === "HEAD" || this.#exchange.status === 304;
    return contentLength === undefined || isBodiless ? undefined : Number(contentLength);
  }

  #bodyCame(chunk: Uint8Array): void {
    const exchange = this.#exchange;
    this.#session!.heard(this.#nowMs());
    exchange.bodyBytes += chunk.length;
    if (exchange.bodyBytes > this.#line.options.maxBodyBytes) this.#giveUp(fault("too-large", "body over the limit"));
    else if (this.#request!.wantsBody) this.#body.append(chunk, 0, chunk.length);
  }

  /**
   * The instant is taken here; the caller hears of it when the stream has closed, and its place is free. A stream stays
   * open under an answer that did not wait for the whole request.
   */
  #responseEnded(stream: ClientHttp2Stream): void {
    this.#exchange.endedAtMs = this.#nowMs();
    if (this.#isWhole && !stream.writableFinished) this.#succeed();
  }

  #streamFailed(error: unknown): void {
    this.#streamError = error;
    this.#session!.failed(error);
  }

  #streamClosed(stream: ClientHttp2Stream): void {
    if (this.#isUnprocessed(stream) && !this.#hasRetried) {
      this.#forgetStream();
      this.#hasRetried = true;
      this.#line.counters.staleRetryCount += 1;
      this.#ask();
    } else if (this.#isWhole && stream.rstCode === constants.NGHTTP2_NO_ERROR) {
      this.#succeed();
    } else {
      const failure = this.#faultOf(stream);
      this.#forgetStream();
      this.#fail(failure, this.#nowMs());
    }
  }

  #isUnprocessed(stream: ClientHttp2Stream): boolean {
    if (!Number.isNaN(this.#exchange.firstByteAtMs)) return false;
    const goaway = this.#session!.goaway;
    return stream.rstCode === REFUSED_STREAM || (goaway !== undefined && (stream.id ?? 0) > goaway.lastStreamId);
  }

  get #isShort(): boolean {
    return this.#contentLength !== undefined && this.#exchange.bodyBytes < this.#contentLength;
  }

  #faultOf(stream: ClientHttp2Stream): TransportFault {
    const session = this.#session!;
    return streamFaultOf({
      error: this.#streamError,
      resetCode: stream.rstCode ?? 0,
      goaway: session.goaway,
      isSessionDead: session.isDead,
      hasBegun: !Number.isNaN(this.#exchange.firstByteAtMs),
      isShort: this.#isShort,
      at: session.at,
    });
  }

  #onDue(): void {
    const { messages, pool } = this.#line;
    if (this.#onEnd === undefined) return;
    if (!Number.isNaN(this.#exchange.endedAtMs) && this.#isWhole) {
      this.#succeed();
      return;
    }
    const session = this.#session;
    if (session === undefined) {
      pool.leaveQueue(this);
      this.#fail(fault("connect-timeout", messages.connect), this.#nowMs());
      return;
    }
    const hasBegun = !Number.isNaN(this.#exchange.firstByteAtMs);
    session.timedOut(this.#exchange.sentAtMs);
    this.#giveUp(fault("timeout", hasBegun ? messages.total : messages.firstByte));
  }

  /** Ends the stream, not the session: others are on it. */
  #giveUp(failure: TransportFault): void {
    this.#cancelStream();
    this.#fail(failure, this.#nowMs());
  }

  #succeed(): void {
    this.#cancelStream();
    if (this.#request!.wantsBody) this.#exchange.body = this.#body.view();
    this.#finish(this.#exchange.endedAtMs);
  }

  /** A stream that has closed by itself is only let go. */
  #cancelStream(): void {
    const stream = this.#stream;
    const session = this.#session;
    this.#forgetStream();
    if (stream !== undefined) session?.cancel(stream);
  }

  #forgetStream(): void {
    this.#stream = undefined;
    this.#session = undefined;
  }

  #fail(failure: TransportFault, nowMs: number): void {
    this.#exchange.fail(failure);
    this.#finish(nowMs);
  }

  #finish(nowMs: number): void {
    const onEnd = this.#onEnd!;
    this.#onEnd = undefined;
    this.#request = undefined;
    this.#exchange.endedAtMs = nowMs;
    this.#deadline.clear();
    onEnd(this.#exchange);
  }
}

/** Octets of a head as HTTP/1.1 would write it. */
function sizeOf(raw: readonly string[]): number {
  let sizeBytes = raw.length * 2;
  for (const text of raw) sizeBytes += text.length;
  return sizeBytes;
}
