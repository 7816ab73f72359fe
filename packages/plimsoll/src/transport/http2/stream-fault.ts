import { fault, faultOf, type TransportFault } from "../fault.ts";

/** The error codes of RFC 9113 §7, by number. */
const ERROR_CODES = [
  "NO_ERROR",
  "PROTOCOL_ERROR",
  "INTERNAL_ERROR",
  "FLOW_CONTROL_ERROR",
  "SETTINGS_TIMEOUT",
  "STREAM_CLOSED",
  "FRAME_SIZE_ERROR",
  "REFUSED_STREAM",
  "CANCEL",
  "COMPRESSION_ERROR",
  "CONNECT_ERROR",
  "ENHANCE_YOUR_CALM",
  "INADEQUATE_SECURITY",
  "HTTP_1_1_REQUIRED",
] as const;

export const REFUSED_STREAM = 7;
const PROTOCOL_ERROR = 1;

/** Why a target that takes connections is none for this client. */
export const NO_HTTP2 = {
  alpn: fault("protocol", "the target did not agree to HTTP/2 (ALPN h2)"),
  other: fault("protocol", "the target does not speak HTTP/2"),
  silent: fault("connect-timeout", "connected, but the target did not speak HTTP/2 in time"),
} as const;

/** A GOAWAY as it came: streams above `lastStreamId` were not acted upon (RFC 9113 §6.8). */
export interface Goaway {
  readonly code: number;
  readonly lastStreamId: number;
}

/** How a stream ended that brought no whole response. */
export interface StreamEnd {
  /** What Node said of it, if anything. */
  readonly error: unknown;
  /** Of RST_STREAM, received or sent. */
  readonly resetCode: number;
  readonly goaway: Goaway | undefined;
  /** The session's socket is gone too. */
  readonly isSessionDead: boolean;
  /** A first byte of the response had come. */
  readonly hasBegun: boolean;
  /** Fewer octets than its content-length had come. */
  readonly isShort: boolean;
  /** Where the session went, such as `127.0.0.1:8000`. */
  readonly at: string;
}

/** Names the end of a stream in our vocabulary. */
export function streamFaultOf(end: StreamEnd): TransportFault {
  const { error, resetCode, goaway, hasBegun } = end;
  if (goaway !== undefined && goaway.code !== 0)
    return fault("reset", `the target ended the session (GOAWAY, ${nameOf(goaway.code)})`);
  if (isOurVerdict(error)) return fault("protocol", "not as HTTP/2 asks");
  if (isSocketError(error)) return faultOf(error, "open", end.at);
  if (end.isSessionDead) {
    return hasBegun
      ? fault("truncated", "the session closed within the response")
      : fault("reset", "the session closed without an answer");
  }
  if (resetCode === PROTOCOL_ERROR && end.isShort)
    return fault("protocol", "body of another length than its content-length");
  if (resetCode === PROTOCOL_ERROR) return fault("protocol", "not as HTTP/2 asks (PROTOCOL_ERROR)");
  if (resetCode === 0) return fault(hasBegun ? "truncated" : "reset", "the stream ended before the response did");
  return fault("reset", `the target reset the stream (${nameOf(resetCode)})`);
}

/** Whether it is us who found that octets are no HTTP/2, and gave the session up. */
export function isOurVerdict(error: unknown): boolean {
  return codeOf(error) === "ERR_HTTP2_ERROR";
}

function isSocketError(error: unknown): boolean {
  const code = codeOf(error);
  return code !== "" && !code.startsWith("ERR_HTTP2_");
}

/** Node's code of an error; empty when it has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

function nameOf(code: number): string {
  return ERROR_CODES[code] ?? `code ${code}`;
}
