import type { Socket } from "node:net";
import { PlimsollError } from "../../base/errors.ts";
import { fault, faultOf, type SocketPhase, type TransportFault } from "../fault.ts";
import type { Connection, Exchange, TransportCounters, TransportOptions, WireRequest } from "../transport.ts";
import { Deadline } from "./deadline.ts";
import type { HeadMemory } from "./head-memory.ts";
import { Http1Exchange } from "./http1-exchange.ts";
import type { RequestWriter } from "./request-writer.ts";
import { ResponseParser } from "./response-parser.ts";
import { type Dial, openSocket, type SocketOwner } from "./socket.ts";

/** What the connections of one transport share. */
export interface Http1Line {
  readonly options: TransportOptions;
  readonly counters: TransportCounters;
  readonly dial: Dial;
  readonly writer: RequestWriter;
  readonly headMemory: HeadMemory;
  /** Connections that hold a socket. */
  readonly live: Set<Http1Connection>;
  readonly messages: TimeoutMessages;
  /** Index of the address that last took a connection; tried first. */
  preferredAddress: number;
}

export interface TimeoutMessages {
  readonly connect: string;
  readonly firstByte: string;
  readonly total: string;
}

/**
 * One caller's line to the target. Hot: a request on an open socket costs one write, one read and no allocation of
 * ours. A request is sent again only when its kept-alive socket was found closed before anything was written; once
 * written, a close without an answer is `reset`, as its target may have acted on it.
 */
export class Http1Connection implements Connection, SocketOwner {
  readonly #line: Http1Line;
  readonly #nowMs: () => number;
  readonly #parser: ResponseParser;
  readonly #exchange: Http1Exchange;
  readonly #deadline: Deadline;
  #socket: Socket | undefined;
  #phase: SocketPhase = "connecting";
  #request: WireRequest | undefined;
  #onEnd: ((exchange: Exchange) => void) | undefined;
  #hasFirstByte = false;
  /** Where the request in flight began to try addresses, and how many it has tried. */
  #firstAddress = 0;
  #attemptCount = 0;
  #attemptFault: TransportFault | undefined;
  #hasIdleDied = false;
  #hasClosedItself = false;

  constructor(line: Http1Line) {
    this.#line = line;
    this.#nowMs = line.options.nowMs;
    this.#parser = new ResponseParser(line.options, line.headMemory);
    this.#exchange = new Http1Exchange(this.#parser);
    this.#deadline = new Deadline(this.#nowMs, () => this.#onDue());
  }

  get isBusy(): boolean {
    return this.#onEnd !== undefined;
  }

  get isOpen(): boolean {
    return this.#phase === "open" && this.#socket?.writable === true;
  }

  /** @throws BUG while a request is in flight. */
  send(request: WireRequest, onEnd: (exchange: Exchange) => void): void {
    if (this.#onEnd !== undefined) throw new PlimsollError("BUG", "a connection was asked to send while busy");
    this.#request = request;
    this.#onEnd = onEnd;
    this.#exchange.reset();
    const socket = this.#socket;
    if (socket?.writable === true) {
      this.#write(socket, request);
      return;
    }
    if (socket !== undefined || this.#hasIdleDied) this.#line.counters.staleRetryCount += 1;
    this.#drop();
    this.#hasIdleDied = false;
    this.#firstAddress = this.#line.preferredAddress;
    this.#attemptCount = 0;
    this.#attemptFault = undefined;
    this.#connect();
  }

  destroy(): void {
    this.#onEnd = undefined;
    this.#request = undefined;
    this.#dropOurselves();
    this.#deadline.cancel();
  }

  onTcpOpen(socket: Socket): void {
    if (socket === this.#socket) this.#phase = "handshake";
  }

  onOpen(socket: Socket): void {
    if (socket !== this.#socket) return;
    const { counters } = this.#line;
    this.#phase = "open";
    counters.socketCount += 1;
    counters.openedCount += 1;
    if (this.#hasClosedItself) counters.reopenedByUsCount += 1;
    this.#hasClosedItself = false;
    this.#line.preferredAddress = this.#addressIndex;
    this.#write(socket, this.#request!);
  }

  /** The instant is taken once, on entry, so that reading is not charged to the target. */
  onRead(socket: Socket, sizeBytes: number): void {
    if (socket !== this.#socket) return;
    if (this.#onEnd === undefined) {
      this.#drop();
      return;
    }
    const nowMs = this.#nowMs();
    if (!this.#hasFirstByte) this.#takeFirstByte(nowMs);
    const progress = this.#parser.feed(this.#line.dial.readBuffer, sizeBytes);
    if (progress === "more") return;
    this.#exchange.read();
    if (progress === "failed") {
      this.#dropOurselves();
      this.#fail(this.#parserFault(), nowMs);
      return;
    }
    // Octets that nobody asked for are the target's doing, like its `Connection: close`.
    if (this.#parser.leftoverBytes > 0 || !this.#parser.isReusable) this.#drop();
    this.#finish(nowMs);
  }

  onFin(socket: Socket): void {
    if (socket !== this.#socket) return;
    if (this.#phase !== "open") {
      this.#failAttempt(fault("tls", "the target closed during the handshake"));
      return;
    }
    this.#drop();
    if (this.#onEnd === undefined) this.#hasIdleDied = true;
    else if (!this.#hasFirstByte) this.#fail(fault("reset", "closed without an answer"), this.#nowMs());
    else {
      const isWhole = this.#parser.feedEnd() === "done";
      this.#exchange.read();
      if (isWhole) this.#finish(this.#nowMs());
      else this.#fail(this.#parserFault(), this.#nowMs());
    }
  }

  onError(socket: Socket, error: unknown): void {
    if (socket !== this.#socket) return;
    const failure = faultOf(error, this.#phase, this.#address);
    if (this.#phase !== "open") {
      this.#failAttempt(failure);
      return;
    }
    this.#drop();
    if (this.#onEnd === undefined) this.#hasIdleDied = true;
    else {
      if (this.#hasFirstByte) this.#exchange.read();
      this.#fail(failure, this.#nowMs());
    }
  }

  get #addressIndex(): number {
    return (this.#firstAddress + this.#attemptCount) % this.#line.dial.addresses.length;
  }

  get #address(): string {
    const address = this.#line.dial.addresses[this.#addressIndex]!;
    return `${address.includes(":") ? `[${address}]` : address}:${this.#line.dial.port}`;
  }

  /** Each address gets an equal part of the time to connect, so that a silent one leaves some to the others. */
  #connect(): void {
    const { dial, options, live } = this.#line;
    live.add(this);
    this.#phase = "connecting";
    this.#deadline.set(this.#nowMs() + options.connectTimeoutMs / dial.addresses.length);
    this.#socket = openSocket(dial, dial.addresses[this.#addressIndex]!, this);
  }

  /** Tries the next address; with none left, tells of the last that was the target's, else of ours. */
  #failAttempt(failure: TransportFault): void {
    this.#drop();
    if (this.#attemptFault === undefined || failure.kind !== "dropped") this.#attemptFault = failure;
    this.#attemptCount += 1;
    const isOver = this.#attemptCount >= this.#line.dial.addresses.length || failure.dropReason === "EMFILE";
    if (isOver) this.#fail(this.#attemptFault, this.#nowMs());
    else this.#connect();
  }

  #write(socket: Socket, request: WireRequest): void {
    const { options, writer } = this.#line;
    const nowMs = this.#nowMs();
    this.#exchange.sentAtMs = nowMs;
    this.#hasFirstByte = false;
    this.#parser.start(request);
    this.#deadline.set(nowMs + Math.min(options.firstByteTimeoutMs, options.totalTimeoutMs));
    writer.write(socket, request);
  }

  #takeFirstByte(nowMs: number): void {
    this.#hasFirstByte = true;
    this.#exchange.firstByteAtMs = nowMs;
    this.#deadline.set(this.#exchange.sentAtMs + this.#line.options.totalTimeoutMs);
  }

  #onDue(): void {
    const { messages } = this.#line;
    if (this.#onEnd === undefined) return;
    if (this.#phase !== "open") {
      this.#failAttempt(fault("connect-timeout", messages.connect));
      return;
    }
    if (this.#hasFirstByte) this.#exchange.read();
    this.#dropOurselves();
    this.#fail(fault("timeout", this.#hasFirstByte ? messages.total : messages.firstByte), this.#nowMs());
  }

  #parserFault(): TransportFault {
    const { kind, message } = this.#parser.fault!;
    return fault(kind, message);
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

  /** Closes a socket whose loss is our doing. */
  #dropOurselves(): void {
    if (this.#socket !== undefined && this.#phase === "open") this.#hasClosedItself = true;
    this.#drop();
  }

  /** Closes the socket, if there is one; its late events are ignored from here on. */
  #drop(): void {
    const socket = this.#socket;
    if (socket === undefined) return;
    if (this.#phase === "open") this.#line.counters.socketCount -= 1;
    this.#phase = "connecting";
    this.#socket = undefined;
    this.#line.live.delete(this);
    socket.destroy();
  }
}
