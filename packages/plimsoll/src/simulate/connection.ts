import type { Socket } from "node:net";
import { answerOctets } from "./answer-octets.ts";
import { RequestReader, type SimulatedRequest } from "./request-reader.ts";

export interface ConnectionOptions {
  readonly wantsBody: (path: string) => boolean;
  /** A request read whole; the next one waits until `release`. */
  readonly onRequest: (request: SimulatedRequest, connection: Connection) => void;
  readonly onMalformed: () => void;
}

const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";

/** One client's connection: requests in, one at a time; answers out. */
export class Connection {
  readonly socket: Socket;
  readonly #reader: RequestReader;
  readonly #options: ConnectionOptions;
  #isAnswering = false;
  #isServing = false;
  #isKeptAlive = true;

  constructor(socket: Socket, options: ConnectionOptions) {
    this.socket = socket;
    this.#options = options;
    this.#reader = new RequestReader({
      wantsBody: ({ path }) => options.wantsBody(path),
      onWaiting: () => this.write(CONTINUE),
    });
    socket.on("error", () => {});
    socket.on("data", (octets: Buffer) => {
      this.#reader.push(octets);
      this.#serve();
    });
  }

  /** Nobody is there to read an answer. */
  get isGone(): boolean {
    return this.socket.destroyed || this.socket.writableEnded;
  }

  write(octets: Uint8Array | string): void {
    if (!this.isGone) this.socket.write(octets);
  }

  /** The answer is written: on to the next request, or the end. */
  release(): void {
    this.#isAnswering = false;
    if (!this.#isKeptAlive) this.socket.end();
    else if (this.socket.writableNeedDrain) this.socket.once("drain", () => this.#serve());
    else this.#serve();
  }

  #serve(): void {
    if (this.#isServing) return;
    this.#isServing = true;
    while (!this.#isAnswering && !this.isGone && !this.socket.writableNeedDrain) {
      const request = this.#reader.next();
      if (request === undefined) break;
      if ("status" in request) {
        this.#refuse(request.status);
        break;
      }
      this.#isAnswering = true;
      this.#isKeptAlive = request.head.isKeptAlive;
      this.#options.onRequest(request, this);
    }
    this.#isServing = false;
    // Someone who sends on without reading must wait: what is read is kept.
    const isHeld = this.#reader.hasMore && (this.#isAnswering || this.socket.writableNeedDrain);
    if (isHeld) this.socket.pause();
    else if (this.socket.isPaused()) this.socket.resume();
  }

  #refuse(status: number): void {
    this.#options.onMalformed();
    this.#isAnswering = true;
    this.socket.end(answerOctets(status, `{"error":"${status}"}`));
  }
}
