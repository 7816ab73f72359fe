import { type ClientHttp2Session, type ClientHttp2Stream, constants } from "node:http2";
import type { Socket } from "node:net";
import type { WireRequest } from "../transport.ts";
import type { RequestFields } from "./request-fields.ts";
import type { OpenSession } from "./session-opening.ts";
import { type Goaway, isOurVerdict } from "./stream-fault.ts";

/** A session carries no more streams at a time than this, whatever the target allows (RFC 9113 §6.5.2: at least 100). */
export const MOST_STREAMS = 100;

/** Stream numbers are odd and end at 2³¹ − 1. */
const MOST_REQUESTS = 2 ** 30 - 1;

/** Who is to know what becomes of a session. */
export interface SessionOwner {
  /** A stream may have become free. */
  onRoom(session: Http2Session): void;
  /** It takes no more streams, and is closed once its last has ended; `isByUs` when that is our doing. */
  onRetired(session: Http2Session, isByUs: boolean): void;
  /** Its socket is gone, or going. Called once. */
  onGone(session: Http2Session): void;
}

/** An open session and its streams. */
export class Http2Session {
  readonly #session: ClientHttp2Session;
  readonly #socket: Socket;
  readonly #owner: SessionOwner;
  readonly at: string;
  readonly addressIndex: number;
  #maxStreams: number;
  readonly #streams = new Set<ClientHttp2Stream>();
  #requestCount = 0;
  #heardAtMs = Number.NEGATIVE_INFINITY;
  #goaway: Goaway | undefined;
  #isRetired = false;
  #isGone = false;

  constructor({ session, socket, addressIndex, maxStreams }: OpenSession, at: string, owner: SessionOwner) {
    this.#session = session;
    this.#socket = socket;
    this.#owner = owner;
    this.at = at;
    this.addressIndex = addressIndex;
    this.#maxStreams = maxStreams;
    session.on("remoteSettings", ({ maxConcurrentStreams }) => {
      this.#maxStreams = maxConcurrentStreams ?? Number.POSITIVE_INFINITY;
      owner.onRoom(this);
    });
    session.on("goaway", (code, lastStreamId) => {
      this.#goaway = { code, lastStreamId };
      this.#retire(false);
    });
    session.on("error", (error) => this.failed(error));
    session.on("close", () => this.#go());
  }

  /** How many streams it may carry at a time; 0 while the target allows none. */
  get maxStreams(): number {
    return Math.min(MOST_STREAMS, this.#maxStreams);
  }

  get goaway(): Goaway | undefined {
    return this.#goaway;
  }

  get isIdle(): boolean {
    return this.#streams.size === 0;
  }

  get isRetired(): boolean {
    return this.#isRetired;
  }

  get isDead(): boolean {
    return this.#isGone || this.#session.destroyed || this.#socket.destroyed;
  }

  get hasRoom(): boolean {
    return !this.#isRetired && !this.isDead && !this.#session.closed && this.#streams.size < this.maxStreams;
  }

  /** Opens a stream; its place is taken until it has closed. */
  request(fields: RequestFields, request: WireRequest): ClientHttp2Stream {
    const { body } = request;
    const hasBody = body !== undefined && body.length > 0;
    const stream = this.#session.request(fields.of(request), { endStream: !hasBody });
    this.#streams.add(stream);
    this.#requestCount += 1;
    stream.once("close", () => this.#release(stream));
    if (hasBody) stream.end(body);
    if (this.#requestCount >= MOST_REQUESTS) this.#retire(false);
    return stream;
  }

  /** Gives a stream up: its place is free at once, as nothing may tell of its end any more. */
  cancel(stream: ClientHttp2Stream): void {
    if (!stream.closed) stream.close(constants.NGHTTP2_CANCEL);
    this.#release(stream);
  }

  /** Something of a response came. */
  heard(nowMs: number): void {
    this.#heardAtMs = nowMs;
  }

  /** The session, or a stream of it, met this error. */
  failed(error: unknown): void {
    if (isOurVerdict(error)) this.#retire(true);
  }

  /** A request in vain: a session that has been silent ever since is not asked again. */
  timedOut(sentAtMs: number): void {
    if (this.#heardAtMs < sentAtMs) this.#retire(true);
  }

  /** Closes it with all its streams. */
  destroy(): void {
    this.#session.destroy();
    // What the session had to say goes out first.
    setImmediate(() => this.#socket.destroy());
    this.#go();
  }

  #retire(isByUs: boolean): void {
    if (!this.#isRetired) {
      this.#isRetired = true;
      this.#owner.onRetired(this, isByUs);
    }
    if (this.isIdle) this.destroy();
  }

  #release(stream: ClientHttp2Stream): void {
    if (!this.#streams.delete(stream)) return;
    if (this.isDead || this.#isRetired) this.#retire(false);
    else this.#owner.onRoom(this);
  }

  #go(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#owner.onGone(this);
  }
}
