import { parseRequestHead, type RequestHead } from "./request-head.ts";

/** A request read to its last octet. */
export interface SimulatedRequest {
  readonly head: RequestHead;
  /** UTF-8 text; empty unless it was wanted. */
  readonly body: string;
}

/** Why what came is not read on: the status that says so. */
export interface UnreadRequest {
  readonly status: 400 | 413 | 431;
}

export interface RequestReaderOptions {
  readonly wantsBody: (head: RequestHead) => boolean;
  /** The client waits to hear 100 before it goes on. */
  readonly onWaiting: () => void;
}

const MAX_HEAD_BYTES = 16 * 1024;
const MAX_LINE_BYTES = 256;
const MAX_KEPT_BODY_BYTES = 1024 * 1024;
const NOTHING = Buffer.alloc(0);

type Stage = "head" | "body" | "chunk-size" | "chunk" | "chunk-end" | "trailer";

/** HTTP/1.1 requests out of the octets of one connection, cut anywhere. RFC 9112. */
export class RequestReader {
  readonly #options: RequestReaderOptions;
  #octets: Buffer = NOTHING;
  #stage: Stage = "head";
  #head: RequestHead | undefined;
  /** Heads repeat on a connection: the last one is not parsed again. */
  #lastText = "";
  #lastHead: RequestHead | undefined;
  #restBytes = 0;
  #kept: Buffer[] = [];
  #keptBytes = 0;
  #isBodyWanted = false;

  constructor(options: RequestReaderOptions) {
    this.#options = options;
  }

  /** Whether octets wait that `next` has not taken. */
  get hasMore(): boolean {
    return this.#octets.length > 0;
  }

  push(octets: Buffer): void {
    this.#octets = this.#octets.length === 0 ? octets : Buffer.concat([this.#octets, octets]);
  }

  /** The next whole request, why there is none, or `undefined` until more octets come. After an `UnreadRequest`: stop. */
  next(): SimulatedRequest | UnreadRequest | undefined {
    for (;;) {
      const step = this.#step();
      if (step !== "go on") return step;
    }
  }

  #step(): SimulatedRequest | UnreadRequest | undefined | "go on" {
    switch (this.#stage) {
      case "head":
        return this.#readHead();
      case "body":
        return this.#readBody();
      case "chunk-size":
        return this.#readChunkSize();
      case "chunk":
        return this.#skip("chunk-end");
      case "chunk-end":
        return this.#readLine((line) => (line === "" ? this.#to("chunk-size") : { status: 400 }));
      case "trailer":
        return this.#readLine((line) => (line === "" ? this.#finish() : "go on"));
    }
  }

  #readHead() {
    const endAt = this.#octets.indexOf("\r\n\r\n");
    if (endAt > MAX_HEAD_BYTES || (endAt < 0 && this.#octets.length > MAX_HEAD_BYTES)) return { status: 431 } as const;
    if (endAt < 0) return undefined;
    const text = this.#octets.toString("latin1", 0, endAt);
    const head = text === this.#lastText ? this.#lastHead : parseRequestHead(text);
    if (head === undefined) return { status: 400 } as const;
    this.#lastText = text;
    this.#lastHead = head;
    this.#head = head;
    this.#octets = this.#octets.subarray(endAt + 4);
    this.#isBodyWanted = (head.isChunked || head.bodyBytes > 0) && this.#options.wantsBody(head);
    if (this.#isBodyWanted && head.bodyBytes > MAX_KEPT_BODY_BYTES) return { status: 413 } as const;
    this.#restBytes = head.bodyBytes;
    if (head.isWaiting && this.#octets.length === 0) this.#options.onWaiting();
    return this.#to(head.isChunked ? "chunk-size" : "body");
  }

  #readBody() {
    return this.#restBytes === 0 ? this.#finish() : this.#skip("body");
  }

  #readChunkSize() {
    return this.#readLine((line) => {
      const [, digits] = /^([0-9a-f]{1,12})(?:[ \t]*;.*)?$/i.exec(line) ?? [];
      if (digits === undefined) return { status: 400 } as const;
      this.#restBytes = Number.parseInt(digits, 16);
      return this.#to(this.#restBytes === 0 ? "trailer" : "chunk");
    });
  }

  /** Takes `#restBytes` octets, then goes to that stage. */
  #skip(then: Stage) {
    if (this.#octets.length === 0) return undefined;
    const taken = this.#octets.subarray(0, this.#restBytes);
    this.#octets = this.#octets.subarray(taken.length);
    this.#restBytes -= taken.length;
    if (this.#isBodyWanted) {
      this.#kept.push(taken);
      this.#keptBytes += taken.length;
      if (this.#keptBytes > MAX_KEPT_BODY_BYTES) return { status: 413 } as const;
    }
    return this.#restBytes === 0 ? this.#to(then) : undefined;
  }

  #readLine<R>(onLine: (line: string) => R) {
    const endAt = this.#octets.indexOf("\r\n");
    if (endAt > MAX_LINE_BYTES || (endAt < 0 && this.#octets.length > MAX_LINE_BYTES)) return { status: 400 } as const;
    if (endAt < 0) return undefined;
    const line = this.#octets.toString("latin1", 0, endAt);
    this.#octets = this.#octets.subarray(endAt + 2);
    return onLine(line);
  }

  #to(stage: Stage) {
    this.#stage = stage;
    return "go on" as const;
  }

  #finish(): SimulatedRequest {
    const request = { head: this.#head!, body: this.#isBodyWanted ? Buffer.concat(this.#kept).toString("utf8") : "" };
    this.#stage = "head";
    if (this.#isBodyWanted) this.#kept = [];
    this.#keptBytes = 0;
    return request;
  }
}
