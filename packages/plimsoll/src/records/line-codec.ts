/** One journal record as one line of text: `<crc32 of the JSON, 8 hex> <json>\n`, such as `1c291ca3 {"n":0,"k":"hdr",…}`. */
import { crc32Hex } from "../base/crc32.ts";
import type { JournalRecord } from "./record.ts";

const LF = 0x0a;
const SPACE = 0x20;
const OPEN_BRACE = 0x7b;
const CRC_CHARACTERS = 8;
const JSON_AT = CRC_CHARACTERS + 1;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** A line that arrived whole; its shape is not checked yet. */
export interface DecodedLine {
  readonly n: number;
  readonly k: string;
  /** The eight characters the line began with. */
  readonly crc: string;
  readonly json: Readonly<Record<string, unknown>>;
}

/** The record as the journal's line number `n`, its LF included; the JSON starts `{"n":<n>,"k":"<kind>"`. */
export function encodeLine(record: JournalRecord, n: number): string {
  // Object.assign keeps the place of keys that are there: n and k stay first, and a number the record had is replaced.
  const json = JSON.stringify(Object.assign({ n, k: record.k }, record, { n }));
  return `${crc32Hex(encoder.encode(json))} ${json}\n`;
}

/**
 * What a line holds, with or without its LF; undefined when a single bit of it is wrong.
 * The checksum is compared as text: parsing it as a number would forgive a changed letter case or a blank.
 */
export function decodeLine(line: Uint8Array | string): DecodedLine | undefined {
  const bytes = typeof line === "string" ? encoder.encode(line) : line;
  const end = bytes[bytes.length - 1] === LF ? bytes.length - 1 : bytes.length;
  if (end <= JSON_AT || bytes[CRC_CHARACTERS] !== SPACE || bytes[JSON_AT] !== OPEN_BRACE) return undefined;
  const body = bytes.subarray(JSON_AT, end);
  const crc = crc32Hex(body);
  for (let i = 0; i < CRC_CHARACTERS; i++) if (bytes[i] !== crc.charCodeAt(i)) return undefined;
  return parseBody(body, crc);
}

function parseBody(body: Uint8Array, crc: string): DecodedLine | undefined {
  try {
    const text = decoder.decode(body);
    const json: unknown = JSON.parse(text);
    if (!isJsonObject(json)) return undefined;
    const { n, k } = json;
    if (typeof n !== "number" || !Number.isSafeInteger(n) || n < 0 || typeof k !== "string") return undefined;
    return text.startsWith(`{"n":${n},"k":${JSON.stringify(k)}`) ? { n, k, crc, json } : undefined;
  } catch {
    return undefined;
  }
}

function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
