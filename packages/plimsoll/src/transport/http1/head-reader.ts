import type { HeadMemory } from "./head-memory.ts";
import { FIELD, FieldLine, Framing, fieldIn, isBlank } from "./header-field.ts";
import { OctetStore } from "./octet-store.ts";
import { COLON, CR, LF, latin1Text, NAME_OCTETS, octetsOf, SPACE, TEXT_OCTETS } from "./octets.ts";

const VERSION = octetsOf("HTTP/1.");
const ZERO = 0x30;

const AT_STATUS = 0;
const IN_REASON = 1;
const AT_LINE_START = 2;
const IN_NAME = 3;
const BEFORE_VALUE = 4;
const IN_VALUE = 5;
const AT_LINE_END = 6;
const AT_HEAD_END = 7;
const DONE = 8;
const FAILED = 9;

/** What is wrong when a head is longer than its limit; every other fault is a violation of the protocol. */
export const HEAD_TOO_LARGE = "headers over the limit";

/**
 * Reads a response's head, octet by octet: its status line and header lines up to the empty one; or its trailers,
 * which are header lines alone. Remembers only what frames the message, unless the text is to be kept.
 */
export class HeadReader {
  readonly framing = new Framing();
  readonly #line = new FieldLine();
  readonly #store = new OctetStore();
  readonly #memory: HeadMemory | undefined;
  #text: string | undefined;
  #state = AT_STATUS;
  #statusIndex = 0;
  #leftBytes = 0;
  #isTrailer = false;
  #isKept = false;
  /** 0–999; of a head read whole. */
  status = 0;
  /** 0 or 1. */
  minorVersion = 1;
  /** What is wrong, in our own words; "" when nothing is. */
  fault = "";

  /** With a memory, a head like the last one is recognised rather than read; the outcome is the same. */
  constructor(memory?: HeadMemory) {
    this.#memory = memory;
  }

  beginHead(maxBytes: number, isKept: boolean): void {
    this.#state = AT_STATUS;
    this.#statusIndex = 0;
    this.#leftBytes = maxBytes;
    this.#isTrailer = false;
    this.#isKept = isKept;
    this.#text = undefined;
    if (isKept) this.#store.clear();
    this.framing.reset();
    this.status = 0;
    this.fault = "";
  }

  /** The head itself stays as it was read. */
  beginTrailers(maxBytes: number): void {
    this.#state = AT_LINE_START;
    this.#leftBytes = maxBytes;
    this.#isTrailer = true;
  }

  get isDone(): boolean {
    return this.#state === DONE;
  }

  /** Reads `bytes[from..end)` as far as the head goes; answers where it stopped. */
  read(bytes: Uint8Array, from: number, end: number): number {
    const stop = Math.min(end, from + this.#leftBytes);
    const memory = this.#state === AT_STATUS && this.#statusIndex === 0 && !this.#isKept ? this.#memory : undefined;
    const recalledBytes = memory?.recall(bytes, from, stop, this) ?? 0;
    if (recalledBytes > 0) {
      this.#state = DONE;
      return from + recalledBytes;
    }
    let at = from;
    while (at < stop && this.#state < DONE) at = this.#readPart(bytes, at, stop);
    this.#leftBytes -= at - from;
    if (this.#isKept && !this.#isTrailer) this.#store.append(bytes, from, at);
    if (this.#state < DONE && at < end) this.#fail(HEAD_TOO_LARGE);
    else if (this.#state === DONE) memory?.remember(bytes, from, at, this);
    return at;
  }

  /** A header's value, if the head was to be kept; several are joined by `, `. */
  header(name: string): string | undefined {
    this.#text ??= latin1Text(this.#store.view(), this.#store.lengthBytes);
    return fieldIn(this.#text, name);
  }

  #fail(fault: string): void {
    this.#state = FAILED;
    this.fault = fault;
  }

  #readPart(bytes: Uint8Array, at: number, stop: number): number {
    switch (this.#state) {
      case AT_STATUS:
        return this.#readStatus(bytes, at, stop);
      case IN_REASON:
        return this.#readReason(bytes, at, stop);
      case AT_LINE_START:
        return this.#readLineStart(bytes, at);
      case IN_NAME:
        return this.#readName(bytes, at, stop);
      case BEFORE_VALUE:
        return this.#readBeforeValue(bytes, at, stop);
      case IN_VALUE:
        return this.#readValue(bytes, at, stop);
      default:
        if (bytes[at] !== LF) this.#fail("CR without LF");
        else this.#state = this.#state === AT_LINE_END ? AT_LINE_START : DONE;
        return at + 1;
    }
  }

  #readStatus(bytes: Uint8Array, from: number, stop: number): number {
    let at = from;
    while (at < stop && this.#state === AT_STATUS) {
      this.#takeStatusOctet(bytes[at]!, this.#statusIndex);
      this.#statusIndex += 1;
      at += 1;
    }
    return at;
  }

  /** `HTTP/1.1 200 …`: octets 0–6 the name, 7 the minor version, 8 a space, 9–11 the status, 12 a space or the end. */
  #takeStatusOctet(octet: number, index: number): void {
    if (index < 7) {
      if (octet !== VERSION[index]) this.#fail("not an HTTP/1 response");
    } else if (index === 7) {
      this.minorVersion = octet - ZERO;
      if (this.minorVersion !== 0 && this.minorVersion !== 1) this.#fail("not an HTTP/1 response");
    } else if (index === 8) {
      if (octet !== SPACE) this.#fail("invalid status line");
    } else if (index < 12) {
      const digit = octet - ZERO;
      if (digit < (index === 9 ? 1 : 0) || digit > 9) this.#fail("invalid status line");
      else this.status = this.status * 10 + digit;
    } else if (octet === SPACE) this.#state = IN_REASON;
    else if (octet === CR) this.#state = AT_LINE_END;
    else this.#fail("invalid status line");
  }

  #readReason(bytes: Uint8Array, from: number, stop: number): number {
    let at = from;
    while (at < stop && TEXT_OCTETS[bytes[at]!] === 1) at += 1;
    return at < stop ? this.#endLine(bytes[at]!, at) : at;
  }

  /** At an octet that no text holds: CR ends the line, anything else is a violation. */
  #endLine(octet: number, at: number): number {
    if (octet === CR) this.#state = AT_LINE_END;
    else this.#fail(octet === LF ? "LF without CR" : "control character in the head");
    return at + 1;
  }

  #readLineStart(bytes: Uint8Array, at: number): number {
    const octet = bytes[at]!;
    if (NAME_OCTETS[octet] !== 0) {
      this.#line.begin();
      this.#state = IN_NAME;
      return at;
    }
    if (octet === CR) this.#state = AT_HEAD_END;
    else this.#fail(isBlank(octet) ? "folded header line" : octet === LF ? "LF without CR" : "invalid header name");
    return at + 1;
  }

  #readName(bytes: Uint8Array, from: number, stop: number): number {
    const at = this.#line.readName(bytes, from, stop);
    if (at === stop) return at;
    if (bytes[at] === COLON) {
      this.#line.endName();
      this.#state = BEFORE_VALUE;
    } else this.#fail("invalid header name");
    return at + 1;
  }

  #readBeforeValue(bytes: Uint8Array, from: number, stop: number): number {
    let at = from;
    while (at < stop && isBlank(bytes[at]!)) at += 1;
    if (at < stop) this.#state = IN_VALUE;
    return at;
  }

  #readValue(bytes: Uint8Array, from: number, stop: number): number {
    const at = this.#line.readValue(bytes, from, stop);
    if (at === stop) return at;
    const next = this.#endLine(bytes[at]!, at);
    if (this.#state === AT_LINE_END && this.#line.field !== FIELD.other) this.#endFramingField();
    return next;
  }

  #endFramingField(): void {
    const { field } = this.#line;
    if (this.#isTrailer) {
      if (field !== FIELD.connection) this.#fail("framing header in the trailers");
      return;
    }
    const fault = this.#line.endValue(this.framing);
    if (fault !== "") this.#fail(fault);
  }
}
