/**
 * Reads one HTTP/1.x response from octets as they come (RFC 9112), as strictly as llhttp. Its result never depends
 * on how the octets were split, and it holds no more than its limits. No clock, no socket, no Node.
 *
 * Octets after the response's end are not its fault: whether they come with its last packet or later is chance, so
 * they only make the connection unfit for another request (RFC 9112 §6.3), as undici does.
 */
import { ChunkLine } from "./chunk-line.ts";
import type { HeadMemory } from "./head-memory.ts";
import { HEAD_TOO_LARGE, HeadReader } from "./head-reader.ts";
import { OctetStore } from "./octet-store.ts";
import { CR, LF } from "./octets.ts";

export interface ParserLimits {
  /** Of the head with its status line, and again of chunk extensions and trailers together. */
  readonly maxHeaderBytes: number;
  readonly maxBodyBytes: number;
}

/** What the request says about its response. */
export interface ParserRequest {
  /** After `HEAD` a response has no body, whatever its head says. */
  readonly method: string;
  readonly wantsBody: boolean;
  readonly wantsHeaders: boolean;
}

export interface ParserFault {
  readonly kind: "protocol" | "too-large" | "truncated";
  /** Our own words, few enough to count by. */
  readonly message: string;
}

export type Progress = "more" | "done" | "failed";

const IN_HEAD = 0;
const IN_TRAILERS = 1;
const IN_LENGTH_BODY = 2;
const IN_CHUNK = 3;
const IN_CLOSE_BODY = 4;
const IN_CHUNK_LINE = 5;
const AT_CHUNK_LINE_END = 6;
const AFTER_CHUNK = 7;
const AFTER_CHUNK_CR = 8;
const DONE = 9;
const FAILED = 10;

const NO_REQUEST: ParserRequest = { method: "GET", wantsBody: false, wantsHeaders: false };

/** One response at a time; `start` readies it for the next. Hot: allocates nothing unless body or headers are wanted. */
export class ResponseParser {
  readonly #limits: ParserLimits;
  readonly #head: HeadReader;
  readonly #chunkLine = new ChunkLine();
  readonly #bodyStore = new OctetStore();
  #state = IN_HEAD;
  #request: ParserRequest = NO_REQUEST;
  #bodyLeftBytes = 0;
  #trailerLeftBytes = 0;
  #wholeBody: Uint8Array | undefined;
  #fault: ParserFault | undefined;
  /** Of the final response's head; 0 until it was read whole. */
  status = 0;
  /** Of the body so far, without chunk framing. */
  bodyBytes = 0;
  /** Octets of the last `feed` that came after the response's end. */
  leftoverBytes = 0;

  /** Parsers that share a memory of heads know what any of them read last. */
  constructor(limits: ParserLimits, memory?: HeadMemory) {
    this.#limits = limits;
    this.#head = new HeadReader(memory);
  }

  start(request: ParserRequest): void {
    this.#request = request;
    this.#state = IN_HEAD;
    this.#head.beginHead(this.#limits.maxHeaderBytes, request.wantsHeaders);
    this.#wholeBody = undefined;
    if (request.wantsBody) this.#bodyStore.clear();
    this.#fault = undefined;
    this.status = 0;
    this.bodyBytes = 0;
    this.leftoverBytes = 0;
  }

  /** Takes `bytes[0..end)`; once it answered `done` or `failed`, only `start` may follow. */
  feed(bytes: Uint8Array, end: number): Progress {
    let at = 0;
    while (at < end && this.#state < DONE) at = this.#read(bytes, at, end);
    if (this.#state < DONE) return "more";
    this.leftoverBytes = end - at;
    return this.#state === DONE ? "done" : "failed";
  }

  /** The target closed: ends a body that had no other end, else the response is truncated. */
  feedEnd(): "done" | "failed" {
    if (this.#state === IN_CLOSE_BODY) this.#state = DONE;
    if (this.#state === DONE) return "done";
    if (this.#state !== FAILED) {
      this.#fail(
        "truncated",
        this.status === 0 ? "closed within the response's head" : "closed within the response's body",
      );
    }
    return "failed";
  }

  /** Why it failed. */
  get fault(): ParserFault | undefined {
    return this.#fault;
  }

  /** Of a whole response: whether the target means to read another request on this connection (RFC 9112 §9.3). */
  get isReusable(): boolean {
    const { hasClose, hasKeepAlive } = this.#head.framing;
    return !hasClose && (this.#head.minorVersion === 1 || hasKeepAlive);
  }

  /** The body, if wanted and whole; valid until the next `start` or `feed`, and while the fed octets stay. */
  get body(): Uint8Array | undefined {
    if (this.#state !== DONE || !this.#request.wantsBody) return undefined;
    return this.#wholeBody ?? this.#bodyStore.view();
  }

  /** A header of a head read whole, if headers were wanted. */
  header(name: string): string | undefined {
    return this.status !== 0 && this.#request.wantsHeaders ? this.#head.header(name) : undefined;
  }

  #fail(kind: ParserFault["kind"], message: string): void {
    this.#state = FAILED;
    this.#fault = { kind, message };
  }

  #read(bytes: Uint8Array, at: number, end: number): number {
    switch (this.#state) {
      case IN_HEAD:
      case IN_TRAILERS:
        return this.#readHead(bytes, at, end);
      case IN_LENGTH_BODY:
      case IN_CHUNK:
        return this.#readSizedBody(bytes, at, end);
      case IN_CLOSE_BODY:
        return this.#readCloseBody(bytes, at, end);
      default:
        this.#takeChunkFraming(bytes[at]!);
        return at + 1;
    }
  }

  #readHead(bytes: Uint8Array, from: number, end: number): number {
    const at = this.#head.read(bytes, from, end);
    const { fault, isDone } = this.#head;
    if (fault !== "") this.#fail(fault === HEAD_TOO_LARGE ? "too-large" : "protocol", fault);
    else if (isDone && this.#state === IN_TRAILERS) this.#state = DONE;
    else if (isDone) this.#endHead();
    return at;
  }

  /** Interim responses are skipped (RFC 9110 §15.2); after a final one: how long is its body? (RFC 9112 §6.3) */
  #endHead(): void {
    const { status, minorVersion, framing } = this.#head;
    if (status === 101) this.#fail("protocol", "switched protocols unasked");
    else if (status < 200) this.#head.beginHead(this.#limits.maxHeaderBytes, this.#request.wantsHeaders);
    else {
      this.status = status;
      if (framing.isChunked && minorVersion === 0) this.#fail("protocol", "Transfer-Encoding under HTTP/1.0");
      else if (this.#request.method === "HEAD" || status === 204 || status === 304) this.#state = DONE;
      else if (framing.isChunked) this.#startChunks();
      else if (framing.contentLengthBytes === -1) this.#startCloseBody();
      else this.#startSizedBody(framing.contentLengthBytes, IN_LENGTH_BODY, DONE);
    }
  }

  #startCloseBody(): void {
    this.#head.framing.hasClose = true;
    this.#state = IN_CLOSE_BODY;
  }

  #startChunks(): void {
    this.#trailerLeftBytes = this.#limits.maxHeaderBytes;
    this.#chunkLine.begin();
    this.#state = IN_CHUNK_LINE;
  }

  /** Goes to `emptyState` at once when there is nothing to read. */
  #startSizedBody(sizeBytes: number, state: number, emptyState: number): void {
    if (sizeBytes > this.#limits.maxBodyBytes - this.bodyBytes) this.#fail("too-large", "body over the limit");
    else {
      this.#bodyLeftBytes = sizeBytes;
      this.#state = sizeBytes === 0 ? emptyState : state;
    }
  }

  #readSizedBody(bytes: Uint8Array, at: number, end: number): number {
    const stop = Math.min(end, at + this.#bodyLeftBytes);
    const isLast = stop - at === this.#bodyLeftBytes;
    if (this.#request.wantsBody) {
      if (isLast && this.bodyBytes === 0 && this.#state === IN_LENGTH_BODY) this.#wholeBody = bytes.subarray(at, stop);
      else this.#bodyStore.append(bytes, at, stop);
    }
    this.bodyBytes += stop - at;
    this.#bodyLeftBytes -= stop - at;
    if (isLast) this.#state = this.#state === IN_CHUNK ? AFTER_CHUNK : DONE;
    return stop;
  }

  #readCloseBody(bytes: Uint8Array, at: number, end: number): number {
    const stop = Math.min(end, at + this.#limits.maxBodyBytes - this.bodyBytes);
    if (this.#request.wantsBody) this.#bodyStore.append(bytes, at, stop);
    this.bodyBytes += stop - at;
    if (stop < end) this.#fail("too-large", "body over the limit");
    return stop;
  }

  #takeChunkFraming(octet: number): void {
    if (this.#state === IN_CHUNK_LINE) this.#takeChunkLine(octet);
    else if (this.#state === AFTER_CHUNK) {
      if (octet === CR) this.#state = AFTER_CHUNK_CR;
      else this.#fail("protocol", "chunk longer than its size");
    } else if (octet !== LF) this.#fail("protocol", "CR without LF");
    else if (this.#state === AFTER_CHUNK_CR) {
      this.#chunkLine.begin();
      this.#state = IN_CHUNK_LINE;
    } else {
      this.#head.beginTrailers(this.#trailerLeftBytes);
      this.#startSizedBody(this.#chunkLine.sizeBytes, IN_CHUNK, IN_TRAILERS);
    }
  }

  #takeChunkLine(octet: number): void {
    const taken = this.#chunkLine.take(octet);
    if (taken === "end") {
      this.#trailerLeftBytes -= this.#chunkLine.extensionBytes;
      this.#state = AT_CHUNK_LINE_END;
    } else if (taken !== "more") this.#fail("protocol", taken);
    else if (this.#chunkLine.extensionBytes > this.#trailerLeftBytes) {
      this.#fail("too-large", "chunk extensions over the limit");
    }
  }
}
