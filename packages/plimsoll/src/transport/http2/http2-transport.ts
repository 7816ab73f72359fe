/**
 * HTTP/2 over `node:http2`: by ALPN for https, by prior knowledge (h2c) for http. Connections are callers, not sockets:
 * the callers of a transport share its sessions, as the requests of a gateway or a service do (`session-pool.ts`). A
 * session carries what the target allows at a time, 100 streams at most.
 */
import type { TransportFault } from "../fault.ts";
import { planDial } from "../http1/socket.ts";
import type { FailedAttempt } from "../probe.ts";
import type { Transport, TransportOptions } from "../transport.ts";
import { Http2Connection, type Http2Line } from "./http2-connection.ts";
import { RequestFields } from "./request-fields.ts";
import { SessionOpening } from "./session-opening.ts";
import { SessionPool } from "./session-pool.ts";
import { NO_HTTP2 } from "./stream-fault.ts";

/**
 * Connections go to `options.addresses` alone. Sockets in the counters are sessions.
 *
 * @throws SPEC_INVALID for an origin that is no http or https URL, or a certificate that is none.
 */
export function createHttp2Transport(options: TransportOptions): Transport {
  const dial = planDial(options);
  const counters = { socketCount: 0, openedCount: 0, reopenedByUsCount: 0, staleRetryCount: 0 };
  const messages = {
    connect: `no connection within ${durationText(options.connectTimeoutMs)}`,
    firstByte: `no first byte within ${durationText(Math.min(options.firstByteTimeoutMs, options.totalTimeoutMs))}`,
    total: `not whole within ${durationText(options.totalTimeoutMs)}`,
  };
  const line: Http2Line = {
    options,
    counters,
    messages,
    pool: new SessionPool({ options, dial, counters, timeoutMessage: messages.connect }),
    fields: new RequestFields(dial.tls === undefined ? "http" : "https", dial.host),
  };
  return {
    counters,
    connection: () => new Http2Connection(line),
    close: async () => line.pool.close(),
  };
}

/** Whether a failure says that the target speaks something else, which no waiting mends. */
export function isWithoutHttp2({ message }: Pick<TransportFault, "message">): boolean {
  return message === NO_HTTP2.alpn.message || message === NO_HTTP2.other.message;
}

/** Opens one session and lets it go at once; answers why there was none. */
export async function trySession(options: TransportOptions, timeoutMs: number): Promise<FailedAttempt | undefined> {
  const connectTimeoutMs = Math.min(options.connectTimeoutMs, timeoutMs);
  return await new Promise((resolve) => {
    new SessionOpening({
      dial: planDial(options),
      options: { ...options, connectTimeoutMs },
      firstAddress: 0,
      timeoutMessage: `no connection within ${durationText(connectTimeoutMs)}`,
      onOpen: ({ session, socket }) => {
        session.destroy();
        setImmediate(() => socket.destroy());
        resolve(undefined);
      },
      onFailed: (failure) =>
        resolve({
          lastSeen: `${failure.kind}: ${failure.message}`,
          isFinal: failure.kind === "tls" || isWithoutHttp2(failure),
          isTimeout: failure.kind === "connect-timeout",
        }),
    });
  });
}

function durationText(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000} s` : `${Math.round(ms)} ms`;
}
