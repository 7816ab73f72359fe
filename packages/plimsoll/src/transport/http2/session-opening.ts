import { type ClientHttp2Session, connect } from "node:http2";
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls, TLSSocket } from "node:tls";
import { fault, faultOf, type SocketPhase, type TransportFault } from "../fault.ts";
import { Deadline } from "../http1/deadline.ts";
import type { Dial } from "../http1/socket.ts";
import type { TransportOptions } from "../transport.ts";
import { isOurVerdict, NO_HTTP2 } from "./stream-fault.ts";

/** What one stream, and all streams of a session together, may hold unread: large, so that the window never is what limits. */
const STREAM_WINDOW_BYTES = 1 << 20;
const SESSION_WINDOW_BYTES = 16 << 20;
/** Node resets streams beyond it; the limit on bodies is ours to keep. */
const MAX_SESSION_MEMORY_MB = 4096;
/** An answer may have this many fields; how large they may be together is judged by `maxHeaderBytes`. */
const MAX_FIELDS = 10_000;

/** A session whose target has spoken: its SETTINGS came. */
export interface OpenSession {
  readonly session: ClientHttp2Session;
  readonly socket: Socket;
  /** Index of the address that took the connection. */
  readonly addressIndex: number;
  readonly maxStreams: number;
}

export interface OpeningOptions {
  readonly dial: Dial;
  readonly options: TransportOptions;
  /** Index of the address to try first. */
  readonly firstAddress: number;
  readonly timeoutMessage: string;
  readonly onOpen: (opened: OpenSession) => void;
  readonly onFailed: (failure: TransportFault) => void;
}

type OpeningPhase = SocketPhase | "settings" | "over";

/**
 * Opens one session: connects, agrees on HTTP/2 (by ALPN under TLS, by prior knowledge without) and waits for the
 * target's SETTINGS, which say that it does speak HTTP/2 and how many streams it allows. Each address gets an equal
 * part of the time to connect. Calls back once, later.
 */
export class SessionOpening {
  readonly #of: OpeningOptions;
  readonly #deadline: Deadline;
  readonly startedAtMs: number;
  #phase: OpeningPhase = "connecting";
  #attemptCount = 0;
  #failure: TransportFault | undefined;
  #socket: Socket | undefined;
  #session: ClientHttp2Session | undefined;

  constructor(of: OpeningOptions) {
    this.#of = of;
    this.#deadline = new Deadline(of.options.nowMs, () =>
      this.#failAttempt(fault("connect-timeout", this.#timeoutMessage())),
    );
    this.startedAtMs = of.options.nowMs();
    this.#connect();
  }

  /** Gives up; calls nothing back. */
  cancel(): void {
    this.#phase = "over";
    this.#deadline.cancel();
    this.#discard();
  }

  get #addressIndex(): number {
    return (this.#of.firstAddress + this.#attemptCount) % this.#of.dial.addresses.length;
  }

  #connect(): void {
    const { dial, options } = this.#of;
    const address = dial.addresses[this.#addressIndex]!;
    const at = `${address.includes(":") ? `[${address}]` : address}:${dial.port}`;
    this.#phase = "connecting";
    this.#deadline.set(options.nowMs() + options.connectTimeoutMs / dial.addresses.length);
    const socket = openSocket(dial, address);
    this.#socket = socket;
    const isCurrent = () => this.#socket === socket && this.#phase !== "over";
    socket.on("connect", () => {
      if (isCurrent()) this.#phase = "handshake";
    });
    socket.once(dial.tls === undefined ? "connect" : "secureConnect", () => {
      if (isCurrent()) this.#speak(socket, at);
    });
    socket.on("error", (error) => {
      if (isCurrent()) this.#failed(error, at);
    });
    socket.once("end", () => {
      if (isCurrent() && this.#phase === "handshake")
        this.#failAttempt(fault("tls", "the target closed during the handshake"));
    });
  }

  #speak(socket: Socket, at: string): void {
    if (socket instanceof TLSSocket && socket.alpnProtocol !== "h2") {
      this.#failAttempt(NO_HTTP2.alpn);
      return;
    }
    this.#phase = "settings";
    const session = connect(this.#of.options.origin, {
      ...sessionOptions(this.#of.options),
      createConnection: () => socket,
    });
    this.#session = session;
    const isCurrent = () => this.#session === session && this.#phase !== "over";
    session.once("connect", () => session.setLocalWindowSize(SESSION_WINDOW_BYTES));
    session.once("remoteSettings", (settings) => {
      if (isCurrent()) this.#opened(session, socket, settings.maxConcurrentStreams);
    });
    session.on("error", (error) => {
      if (isCurrent()) this.#failed(error, at);
    });
    session.once("close", () => {
      if (isCurrent()) this.#failAttempt(fault("reset", "closed before it spoke HTTP/2"));
    });
  }

  #opened(session: ClientHttp2Session, socket: Socket, maxStreams = Number.POSITIVE_INFINITY): void {
    this.#phase = "over";
    this.#deadline.cancel();
    this.#of.onOpen({ session, socket, addressIndex: this.#addressIndex, maxStreams });
  }

  #timeoutMessage(): string {
    return this.#phase === "settings" ? NO_HTTP2.silent.message : this.#of.timeoutMessage;
  }

  #failed(error: Error, at: string): void {
    if (this.#phase === "settings" && isOurVerdict(error)) this.#failAttempt(NO_HTTP2.other);
    else if (isAlpnRefused(error)) this.#failAttempt(NO_HTTP2.alpn);
    else this.#failAttempt(faultOf(error, socketPhaseOf(this.#phase), at));
  }

  /** Tries the next address; with none left, tells of the last that was the target's, else of ours. */
  #failAttempt(failure: TransportFault): void {
    this.#discard();
    if (this.#failure === undefined || failure.kind !== "dropped") this.#failure = failure;
    this.#attemptCount += 1;
    const isOver = this.#attemptCount >= this.#of.dial.addresses.length || failure.dropReason === "EMFILE";
    if (!isOver) {
      this.#connect();
      return;
    }
    this.#phase = "over";
    this.#deadline.cancel();
    this.#of.onFailed(this.#failure);
  }

  #discard(): void {
    const session = this.#session;
    const socket = this.#socket;
    this.#session = undefined;
    this.#socket = undefined;
    session?.destroy();
    socket?.destroy();
  }
}

function socketPhaseOf(phase: OpeningPhase): SocketPhase {
  return phase === "connecting" || phase === "handshake" ? phase : "open";
}

function isAlpnRefused(error: Error): boolean {
  return "code" in error && String(error.code).endsWith("ALERT_NO_APPLICATION_PROTOCOL");
}

function openSocket(dial: Dial, address: string): Socket {
  const where = { host: address, port: dial.port, autoSelectFamily: false, noDelay: true };
  if (dial.tls === undefined) return connectTcp(where);
  const { context, isVerified, serverName } = dial.tls;
  const tls = { secureContext: context, rejectUnauthorized: isVerified, servername: serverName };
  return connectTls({ ...where, ...tls, ALPNProtocols: ["h2"] });
}

function sessionOptions({ maxHeaderBytes }: TransportOptions) {
  return {
    maxSessionMemory: MAX_SESSION_MEMORY_MB,
    maxHeaderListPairs: MAX_FIELDS,
    settings: {
      enablePush: false,
      initialWindowSize: STREAM_WINDOW_BYTES,
      // Beyond this Node ends a stream without saying why; our own limit is judged before.
      maxHeaderListSize: 16 * maxHeaderBytes,
    },
  };
}
