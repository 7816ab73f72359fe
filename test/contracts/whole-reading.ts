/**
 * What a response says, read at leisure from its whole text (RFC 9112 and our own limits): another way to the same
 * answer, to hold the incremental parser against. Each character is one octet.
 */
import type { ParserLimits } from "../../packages/plimsoll/src/transport/http1/response-parser.ts";

export interface WholeReading {
  readonly status: number;
  readonly body: string;
  /** What came after its end. */
  readonly leftover: string;
  readonly isReusable: boolean;
}

interface Head {
  readonly minorVersion: string;
  readonly status: number;
  readonly fields: readonly Field[];
}

interface Field {
  readonly name: string;
  /** Without blanks around. */
  readonly value: string;
  readonly isOverlong: boolean;
}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/;
const FIELD = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[\t ]*([\t\x20-\x7e\x80-\xff]*)$/;
const CHUNK_LINE = /^([0-9a-fA-F]{1,16})(?:;([\t\x20-\x7e\x80-\xff]*))?\r\n/;
/** Lines up to the empty one, with it. */
const TRAILERS = /^(?:[\s\S]*?\r\n)??\r\n/;
const LONGEST_VALUE = 256;

/** Undefined for one that is not whole and sound within the limits; the target has closed after its last octet. */
export function readWhole(text: string, method: string, limits: ParserLimits): WholeReading | undefined {
  const end = text.indexOf("\r\n\r\n") + 4;
  const head = end < 4 || end > limits.maxHeaderBytes ? undefined : readHead(text.slice(0, end - 4));
  if (head === undefined || head.status === 101) return undefined;
  const rest = text.slice(end);
  if (head.status < 200) return readWhole(rest, method, limits);
  const codings = valuesOf(head, "transfer-encoding");
  if (codings.length > 0 && head.minorVersion === "0") return undefined;
  const lengths = valuesOf(head, "content-length");
  const isBodiless = method === "HEAD" || head.status === 204 || head.status === 304;
  const isFramed = isBodiless || codings.length + lengths.length > 0;
  const framed = isBodiless
    ? { body: "", leftover: rest }
    : codings.length > 0
      ? readChunks(rest, limits)
      : readSized(rest, isFramed ? Number(lengths[0]) : rest.length);
  if (framed === undefined || framed.body.length > limits.maxBodyBytes) return undefined;
  const isReusable = framed.leftover === "" && isFramed && isKeptAlive(head);
  return { status: head.status, ...framed, isReusable };
}

function readHead(text: string): Head | undefined {
  const [first = "", ...lines] = text.split("\r\n");
  const statusLine = STATUS_LINE.exec(first);
  const fields = lines.map(readField);
  if (statusLine === null || !fields.every((field) => field !== undefined)) return undefined;
  const head = { minorVersion: statusLine[1]!, status: Number(statusLine[2]), fields };
  const lengths = valuesOf(head, "content-length");
  const codings = valuesOf(head, "transfer-encoding");
  const isSound =
    lengths.length + codings.length <= 1 &&
    fields.every(({ name, isOverlong }) => !isOverlong || !/^(content-length|transfer-encoding)$/.test(name)) &&
    lengths.every((length) => /^\d{1,16}$/.test(length) && Number(length) <= Number.MAX_SAFE_INTEGER) &&
    codings.every((coding) => coding.toLowerCase() === "chunked");
  return isSound ? head : undefined;
}

function readField(line: string): Field | undefined {
  const match = FIELD.exec(line);
  if (match === null) return undefined;
  const value = match[2]!;
  return {
    name: match[1]!.toLowerCase(),
    value: value.replace(/[\t ]+$/, ""),
    isOverlong: value.length > LONGEST_VALUE,
  };
}

function valuesOf({ fields }: Pick<Head, "fields">, name: string): string[] {
  return fields.filter((field) => field.name === name).map(({ value }) => value);
}

function isKeptAlive({ minorVersion, fields }: Head): boolean {
  const connection = fields.filter(({ name }) => name === "connection");
  const options = connection
    .filter(({ isOverlong }) => !isOverlong)
    .flatMap(({ value }) => value.toLowerCase().split(","))
    .map((option) => option.trim());
  if (options.includes("close") || connection.some(({ isOverlong }) => isOverlong)) return false;
  return minorVersion === "1" || options.includes("keep-alive");
}

function readSized(text: string, length: number): Pick<WholeReading, "body" | "leftover"> | undefined {
  return text.length < length ? undefined : { body: text.slice(0, length), leftover: text.slice(length) };
}

function readChunks(text: string, limits: ParserLimits): Pick<WholeReading, "body" | "leftover"> | undefined {
  let body = "";
  let rest = text;
  let extraBytes = 0;
  for (;;) {
    const line = CHUNK_LINE.exec(rest);
    if (line === null) return undefined;
    extraBytes += line[2]?.length ?? 0;
    const size = Number.parseInt(line[1]!, 16);
    rest = rest.slice(line[0].length);
    if (size === 0) break;
    if (rest.slice(size, size + 2) !== "\r\n") return undefined;
    body += rest.slice(0, size);
    rest = rest.slice(size + 2);
  }
  const section = TRAILERS.exec(rest)?.[0];
  if (section === undefined || extraBytes + section.length > limits.maxHeaderBytes) return undefined;
  const trailers = section.split("\r\n").slice(0, -2).map(readField);
  const isSound = trailers.every(
    (field) => field !== undefined && !/^(content-length|transfer-encoding)$/.test(field.name),
  );
  return isSound ? { body, leftover: rest.slice(section.length) } : undefined;
}
