import { latin1Text, NAME_OCTETS, octetsOf, SPACE, TAB, TEXT_OCTETS } from "./octets.ts";

/** The fields that decide where a message ends and whether its connection lives on; the rest is only checked. */
export const FIELD = { other: 0, contentLength: 1, transferEncoding: 2, connection: 3 } as const;
export type Field = (typeof FIELD)[keyof typeof FIELD];

const CONTENT_LENGTH = octetsOf("content-length");
const TRANSFER_ENCODING = octetsOf("transfer-encoding");
const CONNECTION = octetsOf("connection");
const KEEP_ALIVE = octetsOf("keep-alive");
const CHUNKED = octetsOf("chunked");

const LONGEST_NAME = TRANSFER_ENCODING.length;
const LONGEST_VALUE = 256;
const MOST_DIGITS = 16;

/** What a message's framing fields said so far (RFC 9112 §6). Reused from message to message. */
export class Framing {
  /** −1: not said. */
  contentLengthBytes = -1;
  isChunked = false;
  hasClose = false;
  hasKeepAlive = false;

  reset(): void {
    this.contentLengthBytes = -1;
    this.isChunked = false;
    this.hasClose = false;
    this.hasKeepAlive = false;
  }

  /** Takes one framing field's value in; answers what is wrong with it, or "". */
  take(field: Field, value: Uint8Array, length: number): string {
    if (field === FIELD.contentLength) return this.#takeContentLength(value, length);
    if (field === FIELD.transferEncoding) return this.#takeTransferEncoding(value, length);
    this.#takeConnection(value, length);
    return "";
  }

  /** Repeated values are refused even when equal, as llhttp does: no sound server sends them. */
  #takeContentLength(value: Uint8Array, length: number): string {
    if (this.contentLengthBytes !== -1) return "repeated Content-Length";
    if (this.isChunked) return "both Content-Length and Transfer-Encoding";
    if (length === 0 || length > MOST_DIGITS) return "invalid Content-Length";
    let bytes = 0;
    for (let at = 0; at < length; at += 1) {
      const digit = value[at]! - 0x30;
      if (digit < 0 || digit > 9) return "invalid Content-Length";
      bytes = bytes * 10 + digit;
    }
    if (bytes > Number.MAX_SAFE_INTEGER) return "invalid Content-Length";
    this.contentLengthBytes = bytes;
    return "";
  }

  /** Only `chunked`: we send no TE, so no other coding may be applied (RFC 9112 §7.4). */
  #takeTransferEncoding(value: Uint8Array, length: number): string {
    if (this.contentLengthBytes !== -1) return "both Content-Length and Transfer-Encoding";
    if (this.isChunked || !isSame(value, length, CHUNKED)) return "unsupported Transfer-Encoding";
    this.isChunked = true;
    return "";
  }

  #takeConnection(value: Uint8Array, length: number): void {
    if (isSame(value, length, KEEP_ALIVE)) {
      this.hasKeepAlive = true;
      return;
    }
    for (const option of latin1Text(value, length).toLowerCase().split(",")) {
      if (option.trim() === "close") this.hasClose = true;
      if (option.trim() === "keep-alive") this.hasKeepAlive = true;
    }
  }
}

/** Gathers the name and, if it matters, the value of one field line; holds at most 273 octets of it. */
export class FieldLine {
  readonly #name = new Uint8Array(LONGEST_NAME);
  #nameLength = 0;
  readonly #value = new Uint8Array(LONGEST_VALUE);
  #valueLength = 0;
  field: Field = FIELD.other;

  begin(): void {
    this.#nameLength = 0;
    this.#valueLength = 0;
    this.field = FIELD.other;
  }

  /** Reads name octets from `from`; answers where it stopped: at a colon, at an octet no name may hold, or at `stop`. */
  readName(bytes: Uint8Array, from: number, stop: number): number {
    let at = from;
    let length = this.#nameLength;
    for (; at < stop; at += 1) {
      const octet = NAME_OCTETS[bytes[at]!]!;
      if (octet === 0) break;
      if (length < LONGEST_NAME) this.#name[length] = octet;
      length += 1;
    }
    this.#nameLength = length;
    return at;
  }

  /** To be called at the colon. */
  endName(): void {
    const length = this.#nameLength;
    if (length === CONTENT_LENGTH.length && isSame(this.#name, length, CONTENT_LENGTH)) {
      this.field = FIELD.contentLength;
    } else if (length === TRANSFER_ENCODING.length && isSame(this.#name, length, TRANSFER_ENCODING)) {
      this.field = FIELD.transferEncoding;
    } else if (length === CONNECTION.length && isSame(this.#name, length, CONNECTION)) {
      this.field = FIELD.connection;
    }
  }

  /** Reads value octets from `from`; answers where it stopped: at an octet no value may hold (such as CR), or at `stop`. */
  readValue(bytes: Uint8Array, from: number, stop: number): number {
    let at = from;
    if (this.field === FIELD.other) {
      while (at < stop && TEXT_OCTETS[bytes[at]!] === 1) at += 1;
      return at;
    }
    let length = this.#valueLength;
    for (; at < stop; at += 1) {
      const octet = bytes[at]!;
      if (TEXT_OCTETS[octet] !== 1) break;
      if (length < LONGEST_VALUE) this.#value[length] = octet;
      length += 1;
    }
    this.#valueLength = length;
    return at;
  }

  /** To be called at the line's end: hands a framing field over; answers what is wrong with it, or "". */
  endValue(framing: Framing): string {
    let length = this.#valueLength;
    if (length > LONGEST_VALUE) {
      if (this.field !== FIELD.connection) return "overlong framing header";
      framing.hasClose = true;
      return "";
    }
    while (length > 0 && isBlank(this.#value[length - 1]!)) length -= 1;
    return framing.take(this.field, this.#value, length);
  }
}

/** Finds a field in a checked head (whole lines, status line first); several values are joined by `, `. */
export function fieldIn(head: string, name: string): string | undefined {
  const wanted = name.toLowerCase();
  let found: string | undefined;
  for (let at = head.indexOf("\r\n") + 2; at > 1; ) {
    const end = head.indexOf("\r\n", at);
    const colon = head.indexOf(":", at);
    if (end === -1 || colon === -1 || colon > end) return found;
    if (colon - at === wanted.length && head.slice(at, colon).toLowerCase() === wanted) {
      const value = trimBlanks(head.slice(colon + 1, end));
      found = found === undefined ? value : `${found}, ${value}`;
    }
    at = end + 2;
  }
  return found;
}

export function isBlank(octet: number): boolean {
  return octet === SPACE || octet === TAB;
}

function trimBlanks(text: string): string {
  return text.replace(/^[ \t]+/, "").replace(/(?<![ \t])[ \t]+$/, "");
}

function isSame(octets: Uint8Array, length: number, wanted: Uint8Array): boolean {
  if (length !== wanted.length) return false;
  for (let at = 0; at < length; at += 1) {
    const octet = octets[at]!;
    const lower = octet >= 0x41 && octet <= 0x5a ? octet | 0x20 : octet;
    if (lower !== wanted[at]) return false;
  }
  return true;
}
