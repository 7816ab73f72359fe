/** A server on a raw socket that answers with exactly the octets, closes and silences it is told to. */
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";

/** What an answer is written to: a socket, or what stands for one (`http2-gateway.ts`). */
export interface AnswerSocket {
  readonly destroyed: boolean;
  write(text: string, encoding?: BufferEncoding): boolean;
  end(text: string, encoding?: BufferEncoding): void;
  end(): void;
  resetAndDestroy(): void;
  on(event: string, listener: () => void): void;
  once(event: string, listener: () => void): void;
}

/** One request as it came, and the socket to answer it on. */
export interface Received {
  readonly socket: AnswerSocket;
  /** Request line and headers, without the empty line. */
  readonly head: string;
  readonly body: Uint8Array;
  /** From 0, over all connections of the server. */
  readonly connectionIndex: number;
  /** From 0, on its connection. */
  readonly requestIndex: number;
}

export interface FaultServer extends AsyncDisposable {
  readonly port: number;
  readonly connectionCount: number;
  /** Every request so far, over all connections. */
  readonly received: readonly Received[];
}

export type Answer = (received: Received) => void;

export interface FaultServerOptions {
  /** Where to listen instead of a free port of 127.0.0.1. */
  readonly at?: { readonly host: string; readonly port: number };
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Called at once for each connection, before any request. */
  readonly onConnection?: (socket: Socket) => void;
}

/** Answers every request with these octets. */
export function says(text: string): Answer {
  return ({ socket }) => socket.write(text, "latin1");
}

export function saysAndCloses(text: string): Answer {
  return ({ socket }) => socket.end(text, "latin1");
}

/** Writes octet by octet, each in a packet of its own as far as the kernel lets it. */
export async function dribble(socket: AnswerSocket, text: string): Promise<void> {
  for (const char of text) {
    socket.write(char, "latin1");
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Listens on a free port of 127.0.0.1, unless told otherwise. */
export async function startFaultServer(answer: Answer, options: FaultServerOptions = {}): Promise<FaultServer> {
  const sockets = new Set<Socket>();
  const received: Received[] = [];
  let connectionCount = 0;
  const onSocket = (socket: Socket) => {
    const connectionIndex = connectionCount++;
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    options.onConnection?.(socket);
    readRequests(socket, (head, body, requestIndex) => {
      const request = { socket, head, body, connectionIndex, requestIndex };
      received.push(request);
      answer(request);
    });
  };
  const server =
    options.tls === undefined
      ? createServer({ allowHalfOpen: true }, onSocket)
      : createTlsServer(options.tls, onSocket).on("tlsClientError", () => {});
  const port = await listen(server, options.at);
  return {
    port,
    received,
    get connectionCount() {
      return connectionCount;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A port of 127.0.0.1 on which nothing listens. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Listens on a free port of 127.0.0.1, unless told otherwise; answers the port. */
export async function listen(server: Server, at = { host: "127.0.0.1", port: 0 }): Promise<number> {
  await new Promise<void>((resolve) => server.listen(at.port, at.host, resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no TCP port");
  return address.port;
}

function readRequests(socket: Socket, onRequest: (head: string, body: Uint8Array, requestIndex: number) => void): void {
  let pending = Buffer.alloc(0);
  let requestIndex = 0;
  socket.on("data", (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    for (;;) {
      const headEnd = pending.indexOf("\r\n\r\n");
      if (headEnd === -1) return;
      const head = pending.toString("latin1", 0, headEnd);
      const lengthBytes = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
      const end = headEnd + 4 + lengthBytes;
      if (pending.length < end) return;
      const body = Uint8Array.from(pending.subarray(headEnd + 4, end));
      pending = pending.subarray(end);
      onRequest(head, body, requestIndex++);
    }
  });
}
