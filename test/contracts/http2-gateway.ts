/**
 * The fault server for HTTP/2: what a test writes as an HTTP/1.1 answer goes out as frames, and what it does to its
 * socket happens to the session's. So one suite holds for both. `Connection: close` becomes a GOAWAY.
 */
import {
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  performServerHandshake,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import { createServer, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { type Answer, type AnswerSocket, type FaultServer, type FaultServerOptions, listen } from "./fault-server.ts";

/** Listens as `startFaultServer` does; with `tls` it agrees to nothing but HTTP/2. */
export async function startHttp2Gateway(answer: Answer, options: FaultServerOptions = {}): Promise<FaultServer> {
  const sockets = new Set<Socket>();
  const received: Parameters<Answer>[0][] = [];
  let connectionCount = 0;
  const onSocket = (socket: Socket) => {
    const connectionIndex = connectionCount++;
    let requestCount = 0;
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    options.onConnection?.(socket);
    const session = performServerHandshake(socket);
    session.on("error", () => {});
    session.on("stream", (stream, headers) => {
      const requestIndex = requestCount++;
      const chunks: Buffer[] = [];
      stream.on("error", () => {});
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.once("end", () => {
        const body = Uint8Array.from(Buffer.concat(chunks));
        const answered = answerSocket(new ReplyFrames(stream, session, headers[":method"] === "HEAD"), stream, socket);
        const request = { socket: answered, head: headOf(headers), body, connectionIndex, requestIndex };
        received.push(request);
        answer(request);
      });
    });
  };
  const server =
    options.tls === undefined
      ? createServer({ noDelay: true }, onSocket)
      : createTlsServer({ ...options.tls, ALPNProtocols: ["h2"] }, onSocket).on("tlsClientError", () => {});
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

/** As HTTP/1.1 would have written it. */
function headOf(headers: IncomingHttpHeaders): string {
  const fields = Object.entries(headers).filter(([name]) => !name.startsWith(":"));
  const lines = [["host", headers[":authority"]], ...fields].map(([name, value]) => `${name}: ${value}`);
  return [`${headers[":method"]} ${headers[":path"]} HTTP/1.1`, ...lines].join("\r\n");
}

function answerSocket(reply: ReplyFrames, stream: ServerHttp2Stream, socket: Socket): AnswerSocket {
  return {
    get destroyed() {
      return stream.destroyed;
    },
    write: (text, encoding = "utf8") => reply.write(Buffer.from(text, encoding).toString("latin1")),
    end: (text?: string, encoding: BufferEncoding = "utf8") => {
      reply.write(Buffer.from(text ?? "", encoding).toString("latin1"));
      // What is under way goes out first.
      setTimeout(() => socket.end(), 10);
    },
    resetAndDestroy: () => void socket.resetAndDestroy(),
    on: (event, listener) => void stream.on(event, listener),
    once: (event, listener) => void stream.once(event, listener),
  };
}

/** Reads a whole, well-formed HTTP/1.1 answer as it is written, and sends it on. */
class ReplyFrames {
  readonly #stream: ServerHttp2Stream;
  readonly #session: ServerHttp2Session;
  readonly #isHead: boolean;
  #pending = "";
  #isHeadRead = false;
  #isChunked = false;
  #leftBytes = Number.POSITIVE_INFINITY;

  constructor(stream: ServerHttp2Stream, session: ServerHttp2Session, isHead: boolean) {
    this.#isHead = isHead;
    this.#stream = stream;
    this.#session = session;
  }

  write(text: string): boolean {
    this.#pending += text;
    while (!this.#isHeadRead) {
      const end = this.#pending.indexOf("\r\n\r\n");
      if (end === -1) return true;
      const [line = "", ...fields] = this.#pending.slice(0, end).split("\r\n");
      this.#pending = this.#pending.slice(end + 4);
      this.#takeHead(Number(line.split(" ")[1]), fields);
    }
    return this.#isChunked ? this.#writeChunks() : this.#writeBody();
  }

  #takeHead(status: number, lines: readonly string[]): void {
    if (this.#stream.destroyed) return;
    const fields = new Map(lines.map((line) => [nameOf(line), line.slice(line.indexOf(":") + 1).trim()]));
    const headers: OutgoingHttpHeaders = { ":status": status };
    for (const [name, value] of fields) if (!/^(connection|transfer-encoding)$/.test(name)) headers[name] = value;
    if (status < 200) {
      this.#stream.additionalHeaders(headers);
      return;
    }
    this.#isHeadRead = true;
    this.#isChunked = fields.get("transfer-encoding") === "chunked";
    const isBodiless = this.#isHead || status === 204 || status === 304;
    this.#leftBytes = isBodiless ? 0 : Number(fields.get("content-length") ?? Number.POSITIVE_INFINITY);
    if (fields.get("connection") === "close") this.#session.close();
    this.#stream.respond(headers, { endStream: this.#leftBytes === 0 });
  }

  #writeBody(): boolean {
    const text = this.#pending;
    this.#pending = "";
    if (this.#leftBytes === 0 || this.#stream.destroyed || text === "") return true;
    this.#leftBytes -= text.length;
    if (this.#leftBytes > 0) return this.#stream.write(text, "latin1");
    this.#stream.end(text, "latin1");
    return true;
  }

  #writeChunks(): boolean {
    for (;;) {
      const lineEnd = this.#pending.indexOf("\r\n");
      const sizeBytes = Number.parseInt(this.#pending, 16);
      if (lineEnd === -1 || this.#pending.length < lineEnd + sizeBytes + 4) return true;
      if (sizeBytes === 0) this.#stream.end();
      else this.#stream.write(this.#pending.slice(lineEnd + 2, lineEnd + 2 + sizeBytes), "latin1");
      this.#pending = this.#pending.slice(lineEnd + sizeBytes + 4);
    }
  }
}

function nameOf(line: string): string {
  return line.slice(0, line.indexOf(":")).toLowerCase();
}
