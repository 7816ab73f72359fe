/**
 * Our own HTTP/1.1 client, for the hot path: requests straight onto sockets, a third of undici's processor time
 * (`bench/http1-cost.mjs`). Fit for load only: no redirects, no pipelining, no decoding of bodies.
 */
import type { Transport, TransportOptions } from "../transport.ts";
import { HeadMemory } from "./head-memory.ts";
import { Http1Connection, type Http1Line } from "./http1-connection.ts";
import { RequestWriter } from "./request-writer.ts";
import { planDial } from "./socket.ts";

/**
 * Connections go to `options.addresses` alone, whatever the origin's name would resolve to; the first that takes a
 * connection stays the one for all until it refuses.
 *
 * @throws SPEC_INVALID for an origin that is no http or https URL, or a certificate that is none.
 */
export function createHttp1Transport(options: TransportOptions): Transport {
  const dial = planDial(options);
  const line: Http1Line = {
    options,
    dial,
    counters: { socketCount: 0, openedCount: 0, reopenedByUsCount: 0, staleRetryCount: 0 },
    writer: new RequestWriter(dial.host),
    headMemory: new HeadMemory(),
    live: new Set(),
    messages: {
      connect: `no connection within ${durationText(options.connectTimeoutMs)}`,
      firstByte: `no first byte within ${durationText(Math.min(options.firstByteTimeoutMs, options.totalTimeoutMs))}`,
      total: `not whole within ${durationText(options.totalTimeoutMs)}`,
    },
    preferredAddress: 0,
  };
  return {
    counters: line.counters,
    connection: () => new Http1Connection(line),
    close: async () => {
      for (const connection of [...line.live]) connection.destroy();
    },
  };
}

function durationText(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000} s` : `${Math.round(ms)} ms`;
}
