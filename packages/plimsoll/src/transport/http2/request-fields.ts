import type { OutgoingHttpHeaders } from "node:http2";
import type { WireRequest } from "../transport.ts";

const MOST_KEPT = 64;

/** Say something of an HTTP/1.1 connection, or what the transport itself says (RFC 9113 §8.2.2). */
const LEFT_OUT: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "host",
  "http2-settings",
  "keep-alive",
  "proxy-connection",
  "te",
  "transfer-encoding",
  "upgrade",
]);

/** Turns requests into HTTP/2 fields. What a header text comes to is kept, so that a request costs one object. */
export class RequestFields {
  readonly #scheme: string;
  readonly #authority: string;
  readonly #kept = new Map<string, Readonly<Record<string, string>>>();

  constructor(scheme: "http" | "https", authority: string) {
    this.#scheme = scheme;
    this.#authority = authority;
  }

  of({ method, path, headers, body }: WireRequest): OutgoingHttpHeaders {
    const fields: OutgoingHttpHeaders = {
      ":method": method,
      ":scheme": this.#scheme,
      ":authority": this.#authority,
      ":path": path,
      ...this.#fieldsOf(headers),
    };
    if (body !== undefined) fields["content-length"] = String(lengthBytesOf(body));
    else if (method === "POST" || method === "PUT" || method === "PATCH") fields["content-length"] = "0";
    return fields;
  }

  #fieldsOf(headers: string): Readonly<Record<string, string>> {
    const kept = this.#kept.get(headers);
    if (kept !== undefined) return kept;
    const fields = parseFields(headers);
    if (this.#kept.size >= MOST_KEPT) this.#kept.clear();
    this.#kept.set(headers, fields);
    return fields;
  }
}

/** A field given twice is one with both values (RFC 9110 §5.2). */
function parseFields(headers: string): Readonly<Record<string, string>> {
  const fields = new Map<string, string>();
  for (const line of headers.split("\r\n")) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    if (colon <= 0 || LEFT_OUT.has(name)) continue;
    const value = octetText(line.slice(colon + 1).trim());
    const before = fields.get(name);
    fields.set(name, before === undefined ? value : `${before}${name === "cookie" ? "; " : ", "}${value}`);
  }
  return Object.fromEntries(fields);
}

/** Node sends one octet for each character: text beyond ASCII goes as UTF-8, as our HTTP/1.1 sends it. */
function octetText(text: string): string {
  return Buffer.byteLength(text) === text.length ? text : Buffer.from(text).toString("latin1");
}

function lengthBytesOf(body: string | Uint8Array): number {
  return typeof body === "string" ? Buffer.byteLength(body) : body.byteLength;
}
