import type { Socket } from "node:net";
import type { WireRequest } from "../transport.ts";

const MOST_HEADS = 64;
const EMPTY_LINE = "\r\n";

interface Head {
  /** From the space after the path to the last header line. */
  readonly text: string;
  readonly isAscii: boolean;
}

/**
 * Turns requests into octets in one write each. The unchanging part of a head is kept by its header text, so that
 * a request costs a few joins and one pass over its body.
 */
export class RequestWriter {
  readonly #hostLine: string;
  readonly #heads = new Map<string, Head>();

  /** `host` as in a URL: with a port where it is not the scheme's own. */
  constructor(host: string) {
    this.#hostLine = `host: ${host}\r\n`;
  }

  write(socket: Socket, request: WireRequest): void {
    const { method, body } = request;
    const head = this.#headOf(request.headers);
    const text = `${method} ${request.path}${head.text}`;
    const encoding = head.isAscii ? "latin1" : "utf8";
    if (body === undefined) {
      socket.write(text + (expectsBody(method) ? "content-length: 0\r\n\r\n" : EMPTY_LINE), encoding);
    } else if (typeof body === "string") {
      const lengthBytes = Buffer.byteLength(body);
      const isAscii = lengthBytes === body.length;
      socket.write(`${text}content-length: ${lengthBytes}\r\n\r\n${body}`, isAscii ? encoding : "utf8");
    } else {
      socket.cork();
      socket.write(`${text}content-length: ${body.byteLength}\r\n\r\n`, encoding);
      socket.write(body);
      socket.uncork();
    }
  }

  #headOf(headers: string): Head {
    const kept = this.#heads.get(headers);
    if (kept !== undefined) return kept;
    const head: Head = {
      text: ` HTTP/1.1\r\n${this.#hostLine}${headers}`,
      isAscii: Buffer.byteLength(headers) === headers.length,
    };
    if (this.#heads.size >= MOST_HEADS) this.#heads.clear();
    this.#heads.set(headers, head);
    return head;
  }
}

/** Whether a method without a body still says so (RFC 9110 §8.6). */
function expectsBody(method: string): boolean {
  return method === "POST" || method === "PUT" || method === "PATCH";
}
