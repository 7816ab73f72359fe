import { Random } from "../../base/random.ts";
import type { ResolvedTarget } from "../../fleet/messages.ts";
import { compileRequest } from "../../plan/request-template.ts";
import type { Observe, TlsOptions } from "../../spec/spec.ts";
import { createHttp1Transport } from "../../transport/http1/http1-transport.ts";
import type { Exchange } from "../../transport/transport.ts";

const LEAST_TIMEOUT_MS = 500;
const MOST_TIMEOUT_MS = 5000;
const MAX_BODY_BYTES = 4 * 1024 * 1024;
const MAX_HEADER_BYTES = 16 * 1024;

export interface ScraperOptions {
  readonly observe: Observe;
  /** What the guard admitted. */
  readonly target: ResolvedTarget;
  /** Trust as for the target; `serverName` is the target's own and left out. */
  readonly tls: TlsOptions;
  /** Value of a reference. */
  readonly resolve: (name: string) => string | undefined;
  readonly userAgent: string;
  readonly nowMs: () => number;
}

/** What came of a scrape; `why` is safe to print, but may hold what the spec refers to. */
export type Scrape =
  | { readonly kind: "read"; readonly text: string }
  | { readonly kind: "failed"; readonly why: string };

/** Asks for the metrics, one scrape at a time, over one connection. */
export interface Scraper {
  readonly scrape: () => Promise<Scrape>;
  /** Gives up a scrape on the way, which then never ends. */
  readonly close: () => Promise<void>;
}

/** A scrape may take as long as `every`, at least 0.5 s and at most 5 s, and 4 MiB; redirects are not followed. */
export function createScraper({ observe, target, tls, resolve, userAgent, nowMs }: ScraperOptions): Scraper {
  const timeoutMs = Math.min(MOST_TIMEOUT_MS, Math.max(LEAST_TIMEOUT_MS, observe.everyMs));
  const transport = createHttp1Transport({
    ...target,
    connectTimeoutMs: timeoutMs,
    firstByteTimeoutMs: timeoutMs,
    totalTimeoutMs: timeoutMs,
    maxBodyBytes: MAX_BODY_BYTES,
    maxHeaderBytes: MAX_HEADER_BYTES,
    tls: { ...tls, serverName: undefined },
    nowMs,
  });
  const connection = transport.connection();
  const { path, headers } = compileScrape(observe, resolve, userAgent);
  const request = { method: "GET", path, headers, body: undefined, wantsBody: true, wantsHeaders: false } as const;
  return {
    scrape: () => new Promise((done) => connection.send(request, (exchange) => done(readExchange(exchange)))),
    close: async () => {
      connection.destroy();
      await transport.close();
    },
  };
}

/** As bytes: with user info and references, like any request. */
function compileScrape(observe: Observe, resolve: ScraperOptions["resolve"], userAgent: string) {
  const step = {
    name: "scrape",
    method: "GET",
    path: [observe.path],
    query: {},
    headers: {},
    body: undefined,
    expect: { status: undefined, headers: {}, json: [], shape: [], maxMs: undefined, checkRatio: 1 },
    capture: {},
  };
  const headers = { accept: "text/plain;version=0.0.4", ...observe.headers };
  const template = compileRequest(step, { target: observe.origin, headers, data: {}, resolve, userAgent });
  return template.render({ random: new Random(0), captured: new Map(), sequence: 0, wallNowMs: () => 0 });
}

/** The exchange is the connection's own and is read at once. */
function readExchange({ kind, message, dropReason, status, body }: Exchange): Scrape {
  if (kind === "dropped") return { kind: "failed", why: `this machine could not send: ${dropReason ?? message}` };
  if (kind !== "ok") return { kind: "failed", why: `${kind}: ${message}` };
  if (status !== 200) return { kind: "failed", why: `it answered ${status}` };
  return { kind: "read", text: new TextDecoder().decode(body) };
}
