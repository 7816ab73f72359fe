import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A server in this process whose every answer is known, and which counts what it was asked. */
export interface KnownServer {
  readonly url: string;
  /** Requests by `METHOD path` (query left out). */
  readonly counts: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

export type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** Listens on a free loopback port. */
export async function startKnownServer(answer: Answer): Promise<KnownServer> {
  const counts = new Map<string, number>();
  const server: Server = createServer((request, response) => {
    const key = `${request.method} ${request.url?.split("?")[0]}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => {
      body += text;
    });
    request.on("end", () => answer(request, response, body));
  });
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    counts,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Answers 200 with a small JSON body after `delayMs`. */
export function answersAfter(delayMs: number): Answer {
  return (_request, response) => {
    setTimeout(() => {
      response.writeHead(200, { "content-type": "application/json" });
      response.end('{"status":"healthy"}');
    }, delayMs);
  };
}
