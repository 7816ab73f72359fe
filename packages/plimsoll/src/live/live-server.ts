/** The page's server: listens, and asks the gate about every request before any route sees it. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { type AccessPolicy, refusalOf } from "./access.ts";
import { createPageApp } from "./page-app.ts";
import { errorAnswer, PageError } from "./page-error.ts";
import { PAGE_LIMITS } from "./page-limits.ts";
import type { PageOptions } from "./page-options.ts";
import { newToken } from "./session-token.ts";
import { COMMON_HEADERS } from "./shell-page.ts";

export interface LiveServerOptions extends PageOptions {
  /** 0 for any free one. */
  readonly port: number;
  /** Undefined: both loopback addresses. Anything else needs `tls`. */
  readonly host: string | undefined;
  /** PEM texts. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  /** Undefined: a new one. */
  readonly token: string | undefined;
  readonly onFault: (error: unknown) => void;
}

export interface LiveServer {
  /** Without the token. */
  readonly url: string;
  readonly token: string;
  /** Folders of the runs that go on now, below the listed one. */
  readonly running: () => Promise<readonly string[]>;
  /** Since the last answer to somebody with a session, or on the way to one; 0 while one is under way, as a stream is. */
  readonly idleMs: () => number;
  /** Ends every answer under way; runs go on. */
  readonly close: () => Promise<void>;
}

/** How often connections are looked through for those that take too long, at the most. */
const LOOK_MS = 2_000;
const LOOPBACK = ["127.0.0.1", "::1"] as const;

/** Starts to serve. Rejects with what the system says when it cannot listen (`EADDRINUSE`). */
export async function startLiveServer(options: LiveServerOptions): Promise<LiveServer> {
  const token = options.token ?? newToken();
  const session = newToken();
  const servers: Server[] = [];
  const gate: { listener?: (request: IncomingMessage, response: ServerResponse) => void } = {};
  const addresses = options.host === undefined ? LOOPBACK : [options.host];
  let port = options.port;
  try {
    for (const address of addresses) {
      const server = createGated(options, gate);
      const taken = await listen(server, address, port);
      if (taken === undefined) continue;
      port = taken;
      servers.push(server);
    }
  } catch (error) {
    await Promise.all(servers.map(end));
    throw error;
  }
  const policy = policyOf(options, port, session);
  const secure = options.tls === undefined ? "" : "; Secure";
  const setCookie = `${policy.cookieName}=${session}; Path=/; HttpOnly; SameSite=Strict${secure}`;
  const app = createPageApp(options, { token, setCookie }, options.onFault);
  const answer = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  let askedAtMs = Number.NEGATIVE_INFINITY;
  let openCount = 0;
  const heard: Answer = (request, response) => {
    openCount++;
    response.once("close", () => {
      openCount--;
      askedAtMs = performance.now();
    });
    return answer(request, response);
  };
  gate.listener = (request, response) => admit(request, response, { policy, answer: heard });
  return {
    url: `${policy.scheme}://${hostOf(options.host ?? LOOPBACK[0])}:${port}`,
    token,
    idleMs: () => (openCount > 0 ? 0 : performance.now() - askedAtMs),
    running: async () => (await app.running()).map(({ listing }) => listing.folder),
    close: async () => {
      await Promise.all([...servers.map(end), app.close()]);
    },
  };
}

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

function admit(
  request: IncomingMessage,
  response: ServerResponse,
  { policy, answer }: { readonly policy: AccessPolicy; readonly answer: Answer },
): void {
  const refusal = refusalOf(
    {
      method: request.method ?? "",
      target: request.url ?? "",
      rawHeaders: request.rawHeaders,
      isPeerLoopback: isLoopback(request.socket.remoteAddress ?? ""),
    },
    policy,
  );
  if (refusal === undefined) return void answer(request, response);
  const { body } = errorAnswer(new PageError(403, refusal.message));
  response.writeHead(refusal.status, { ...COMMON_HEADERS, "content-type": "application/json", connection: "close" });
  response.end(JSON.stringify(body));
}

function policyOf({ host, tls }: LiveServerOptions, port: number, session: string): AccessPolicy {
  const scheme = tls === undefined ? "http" : "https";
  const names = host === undefined || isLoopback(host) ? ["127.0.0.1", "localhost", "[::1]"] : [hostOf(host)];
  // Browsers leave the scheme's own port out.
  const isOwnPort = port === (tls === undefined ? 80 : 443);
  const hosts = names.flatMap((name) => [`${name}:${port}`, ...(isOwnPort ? [name] : [])].map((h) => h.toLowerCase()));
  // Cookies do not tell ports apart, so on loopback the name does.
  return {
    scheme,
    hosts: new Set(hosts),
    cookieName: tls === undefined ? `plimsoll-${port}` : "__Host-plimsoll",
    session,
  };
}

function createGated(
  { tls, limits }: LiveServerOptions,
  gate: { readonly listener?: (request: IncomingMessage, response: ServerResponse) => void },
): Server {
  const { headWithinMs, requestWithinMs, maxConnections } = { ...PAGE_LIMITS, ...limits };
  const bounds = {
    headersTimeout: headWithinMs,
    requestTimeout: requestWithinMs,
    connectionsCheckingInterval: Math.min(LOOK_MS, headWithinMs, requestWithinMs),
    maxHeaderSize: 16 * 1024,
  };
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    if (gate.listener === undefined) response.writeHead(503, COMMON_HEADERS).end();
    else gate.listener(request, response);
  };
  const server: Server =
    tls === undefined
      ? createServer(bounds, listener)
      : createTlsServer({ ...bounds, ...tls, minVersion: "TLSv1.2" }, listener);
  server.maxConnections = maxConnections;
  return server;
}

/** The port it got; undefined where the machine lacks this loopback address. */
function listen(server: Server, address: string, port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      const code = "code" in error ? error.code : "";
      if (address === "::1" && (code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT")) resolve(undefined);
      else reject(error);
    });
    server.listen({ port, host: address, exclusive: true }, () => {
      server.removeAllListeners("error");
      server.on("error", () => {});
      resolve(portOf(server.address()));
    });
  });
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === "object" && address !== null ? address.port : 0;
}

function end(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function hostOf(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

/** Whether an address, or the name of one, can only be this machine. */
export function isLoopback(host: string): boolean {
  const plain = host.replace(/^::ffff:/, "");
  return plain === "localhost" || plain === "::1" || /^127(?:\.\d{1,3}){3}$/.test(plain);
}
