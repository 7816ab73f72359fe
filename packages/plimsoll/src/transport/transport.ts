/**
 * Sends one request and says what came of it. Knows neither when nor why it is called: no schedule, no statistics.
 * Every implementation runs the same contract suite (`test/contracts/transport.test.ts`).
 */
import type { DropReason, OutcomeKind } from "../base/outcome.ts";

/** A request ready for the wire. `headers` end without an empty line: `"a: 1\r\nb: 2\r\n"`; Host and length are the transport's. */
export interface WireRequest {
  readonly method: string;
  /** Path with query, already encoded, such as `/embed?x=1`. */
  readonly path: string;
  readonly headers: string;
  readonly body: string | Uint8Array | undefined;
  /** Keep the body for checks (else only counted). */
  readonly wantsBody: boolean;
  /** Keep the headers for checks. */
  readonly wantsHeaders: boolean;
}

/**
 * What came of one request. Owned by the connection and reused: read it inside the callback, keep nothing of it.
 * Instants are ms on the run clock.
 */
export interface Exchange {
  /** `ok` means that a whole, well-formed response came, whatever its status; `dropped` that our side could not send. */
  kind: OutcomeKind | "dropped";
  /** When `kind` is `dropped`: which limit of ours. */
  dropReason: DropReason | undefined;
  /** What went wrong, in a few words safe to print; empty when ok. */
  message: string;
  /** First byte written (for a new connection: after it was open); NaN when never sent. */
  sentAtMs: number;
  /** First byte of the response; NaN when none came. */
  firstByteAtMs: number;
  endedAtMs: number;
  /** 0 when none came. */
  status: number;
  /** Bytes of the response body as received. */
  bodyBytes: number;
  /** The body, when asked for and whole. */
  body: Uint8Array | undefined;
  /** Value of a header by lower-case name, when headers were asked for. */
  header(name: string): string | undefined;
}

/** One caller's line to the target: at most one request at a time; opens and reopens its socket by itself. */
export interface Connection {
  /** True while a request is in flight. */
  readonly isBusy: boolean;
  /** True when a socket is open that a next request would use. */
  readonly isOpen: boolean;
  /**
   * What goes wrong with the request comes to `onEnd`, which is called exactly once, later (never within `send`), and
   * may call `send` again.
   *
   * @throws BUG while a request is in flight, which is the caller's fault; never anything else
   */
  send(request: WireRequest, onEnd: (exchange: Exchange) => void): void;
  /** Gives up the request in flight without calling `onEnd`, and closes the socket. */
  destroy(): void;
}

export interface Transport {
  /** Opens no socket yet. */
  connection(): Connection;
  /** Since the start; what the generator tells of itself. */
  readonly counters: TransportCounters;
  /** Destroys every connection. */
  close(): Promise<void>;
}

export interface TransportCounters {
  /** Sockets open now. */
  socketCount: number;
  /** Connections opened since the start. */
  openedCount: number;
  /** Of these: reopened because we, not the target, had closed the one before (a timeout, a violation). */
  reopenedByUsCount: number;
  /** Requests sent again on a fresh socket because a kept-alive one had died before anything was written. */
  staleRetryCount: number;
}

export interface TransportOptions {
  /** Scheme, host, port: `https://api.example.com:8443`. */
  readonly origin: string;
  /** Addresses that the guard has checked; connections go only to these. */
  readonly addresses: readonly string[];
  readonly connectTimeoutMs: number;
  readonly firstByteTimeoutMs: number;
  readonly totalTimeoutMs: number;
  readonly maxBodyBytes: number;
  readonly maxHeaderBytes: number;
  readonly tls: {
    readonly caPem: string | undefined;
    readonly isVerified: boolean;
    readonly serverName: string | undefined;
  };
  /** The run clock. */
  readonly nowMs: () => number;
}
