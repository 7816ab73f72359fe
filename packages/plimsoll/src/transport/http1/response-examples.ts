/** Responses for the parser's tests: whole, in violation of the protocol, over a limit, cut short. */
import type { ParserRequest } from "./response-parser.ts";

export const LIMITS = { maxHeaderBytes: 400, maxBodyBytes: 1000 };
export const GET: ParserRequest = { method: "GET", wantsBody: true, wantsHeaders: true };
export const HEAD: ParserRequest = { method: "HEAD", wantsBody: true, wantsHeaders: true };

export interface Result {
  readonly progress: string;
  readonly fault: unknown;
  readonly status: number;
  readonly bodyBytes: number;
  readonly body: string | undefined;
  readonly header: string | undefined;
  /** −1 where the response failed: how much was left then is chance. */
  readonly leftoverBytes: number;
  readonly isReusable: boolean;
}

/** A head with these lines, an empty one after them. */
export function response(...lines: string[]): string {
  return [...lines, "", ""].join("\r\n");
}

export const OK = "HTTP/1.1 200 OK";
export const CHUNKED = response(OK, "Transfer-Encoding: chunked");

interface Row {
  readonly text: string;
  readonly request?: ParserRequest;
  readonly isClosed?: boolean;
  readonly want: Partial<Result>;
}

export const WHOLE: Readonly<Record<string, Row>> = {
  "Content-Length frames the body": {
    text: `${response(OK, "X-A: 1", "Content-Length: 5")}hello`,
    want: { status: 200, body: "hello", bodyBytes: 5, header: "1", isReusable: true },
  },
  "names are read in any case and values without blanks around": {
    text: `${response(OK, "x-A:  \t1 \t", "cOnTeNt-LeNgTh: \t 2\t ")}ok`,
    want: { body: "ok", header: "1" },
  },
  "an empty value is a value": { text: response(OK, "X-A:", "Content-Length: 0"), want: { header: "" } },
  "repeated fields are joined": {
    text: response(OK, "X-A: 1", "Content-Length: 0", "x-a: 2"),
    want: { header: "1, 2", isReusable: true },
  },
  "values may hold octets above ASCII": {
    text: response("HTTP/1.1 200 d\u00e9j\u00e0", "X-A: \u00e9", "Content-Length: 0"),
    want: { header: "\u00e9" },
  },
  "a reason may be empty": { text: response("HTTP/1.1 200 ", "Content-Length: 0"), want: { status: 200 } },
  "even the space before the reason may be missing": {
    text: response("HTTP/1.1 204"),
    want: { status: 204, isReusable: true },
  },
  "a status above 599 is a status": { text: response("HTTP/1.1 999 X", "Content-Length: 0"), want: { status: 999 } },
  "a length may have leading zeros": { text: `${response(OK, "Content-Length: 0005")}hello`, want: { body: "hello" } },
  "chunks are joined": {
    text: `${CHUNKED}3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n`,
    want: { body: "abcde", isReusable: true },
  },
  "a chunk's size is hexadecimal in either case": {
    text: `${CHUNKED}0A\r\n0123456789\r\nb\r\n0123456789a\r\n000\r\n\r\n`,
    want: { bodyBytes: 21 },
  },
  "chunk extensions are skipped": { text: `${CHUNKED}3;a=b;c="d"\r\nabc\r\n0;x\r\n\r\n`, want: { body: "abc" } },
  "trailers are skipped": {
    text: `${CHUNKED}1\r\na\r\n0\r\nX-A: trailer\r\nConnection: close\r\n\r\n`,
    want: { body: "a", header: undefined, isReusable: true },
  },
  "the coding's name is read in any case": {
    text: `${response(OK, "TRANSFER-ENCODING: Chunked")}0\r\n\r\n`,
    want: { body: "" },
  },
  "without length the close ends the body": {
    text: `${response(OK)}hello`,
    isClosed: true,
    want: { body: "hello", isReusable: false },
  },
  "without length the body may be empty": { text: response(OK), isClosed: true, want: { body: "" } },
  "HEAD has no body, whatever its length": {
    text: response(OK, "Content-Length: 5000"),
    request: HEAD,
    want: { body: "", isReusable: true },
  },
  "HEAD has no body, chunked or not": {
    text: CHUNKED,
    request: HEAD,
    want: { body: "", isReusable: true },
  },
  "204 has no body": {
    text: response("HTTP/1.1 204 No Content", "Content-Length: 5"),
    want: { status: 204, isReusable: true },
  },
  "304 has no body": { text: response("HTTP/1.1 304 Not Modified", "Content-Length: 5"), want: { isReusable: true } },
  "interim responses are skipped": {
    text: `${response("HTTP/1.1 100 Continue")}${response("HTTP/1.1 103 Early Hints", "X-A: early")}${response(OK, "Content-Length: 2")}ok`,
    want: { status: 200, body: "ok", header: undefined },
  },
  "Connection: close ends the connection": {
    text: response(OK, "Connection: close", "Content-Length: 0"),
    want: { isReusable: false },
  },
  "close counts anywhere in the list": {
    text: response(OK, "Connection: X-Foo ,\tCLOSE", "Content-Length: 0"),
    want: { isReusable: false },
  },
  "a longer word is not close": {
    text: response(OK, "Connection: closed", "Content-Length: 0"),
    want: { isReusable: true },
  },
  "an overlong Connection may hold close anywhere": {
    text: response(OK, `Connection: ${"x".repeat(300)}`, "Content-Length: 0"),
    want: { isReusable: false },
  },
  "HTTP/1.0 ends the connection": {
    text: response("HTTP/1.0 200 OK", "Content-Length: 0"),
    want: { isReusable: false },
  },
  "HTTP/1.0 with keep-alive does not": {
    text: response("HTTP/1.0 200 OK", "Connection: Keep-Alive", "Content-Length: 0"),
    want: { isReusable: true },
  },
  "octets after the end leave the response whole and the connection unfit": {
    text: `${response(OK, "Content-Length: 2")}okHTTP/1.1 200 OK\r\n`,
    want: { body: "ok", leftoverBytes: 17, isReusable: false },
  },
  "octets after the last chunk do too": {
    text: `${CHUNKED}0\r\n\r\nx`,
    want: { body: "", leftoverBytes: 1, isReusable: false },
  },
  "a body of exactly the limit is within it": {
    text: `${response(OK, "Content-Length: 1000")}${"x".repeat(1000)}`,
    want: { bodyBytes: 1000 },
  },
};

export const VIOLATIONS: Readonly<Record<string, readonly [text: string, message: string]>> = {
  garbage: ["SSH-2.0-OpenSSH", "not an HTTP/1 response"],
  "an empty line first": [`\r\n${OK}`, "not an HTTP/1 response"],
  "HTTP/2": ["HTTP/2.0 200 OK", "not an HTTP/1 response"],
  "HTTP/1.2": ["HTTP/1.2 200 OK", "not an HTTP/1 response"],
  "HTTP/0.9": ["HTTP/0.9 200 OK", "not an HTTP/1 response"],
  "lower-case http": ["http/1.1 200 OK", "not an HTTP/1 response"],
  "no space after the version": ["HTTP/1.1\t200 OK", "invalid status line"],
  "a status of two digits": ["HTTP/1.1 20 OK", "invalid status line"],
  "a status of four digits": ["HTTP/1.1 2000 OK", "invalid status line"],
  "a status below 100": ["HTTP/1.1 099 OK", "invalid status line"],
  "a status of letters": ["HTTP/1.1 abc OK", "invalid status line"],
  "a control character in the reason": ["HTTP/1.1 200 O\u0000K", "control character in the head"],
  "101 unasked": [response("HTTP/1.1 101 Switching Protocols"), "switched protocols unasked"],
  "LF without CR after the status": ["HTTP/1.1 200 OK\n", "LF without CR"],
  "LF without CR after a field": [`${OK}\r\nX-A: 1\n`, "LF without CR"],
  "LF without CR at the end": [`${OK}\r\nX-A: 1\r\n\n`, "LF without CR"],
  "CR without LF in the reason": ["HTTP/1.1 200 O\rK", "CR without LF"],
  "CR without LF in a value": [`${OK}\r\nX-A: 1\r2`, "CR without LF"],
  "CR without LF at the end": [`${OK}\r\n\rX`, "CR without LF"],
  "a folded line": [`${OK}\r\nX-A: 1\r\n 2`, "folded header line"],
  "a blank before the first name": [`${OK}\r\n X-A: 1`, "folded header line"],
  "a blank before the colon": [`${OK}\r\nX-A : 1`, "invalid header name"],
  "an empty name": [`${OK}\r\n: 1`, "invalid header name"],
  "a line without colon": [`${OK}\r\nX-A\r\n`, "invalid header name"],
  "a name of no token": [`${OK}\r\nX(A): 1`, "invalid header name"],
  "a NUL in a value": [`${OK}\r\nX-A: \u0000`, "control character in the head"],
  "an ESC in a value": [`${OK}\r\nX-A: \u001b[31m`, "control character in the head"],
  "repeated lengths": [response(OK, "Content-Length: 5", "Content-Length: 6"), "repeated Content-Length"],
  "repeated equal lengths": [response(OK, "Content-Length: 5", "Content-Length: 5"), "repeated Content-Length"],
  "a list of lengths": [response(OK, "Content-Length: 5, 5"), "invalid Content-Length"],
  "an empty length": [response(OK, "Content-Length:"), "invalid Content-Length"],
  "a negative length": [response(OK, "Content-Length: -1"), "invalid Content-Length"],
  "a signed length": [response(OK, "Content-Length: +5"), "invalid Content-Length"],
  "a hexadecimal length": [response(OK, "Content-Length: 0x5"), "invalid Content-Length"],
  "a length with a blank within": [response(OK, "Content-Length: 5 0"), "invalid Content-Length"],
  "a length beyond exact numbers": [response(OK, "Content-Length: 9007199254740992"), "invalid Content-Length"],
  "length, then coding": [
    response(OK, "Content-Length: 5", "Transfer-Encoding: chunked"),
    "both Content-Length and Transfer-Encoding",
  ],
  "coding, then length": [
    response(OK, "Transfer-Encoding: chunked", "Content-Length: 5"),
    "both Content-Length and Transfer-Encoding",
  ],
  "another coding": [response(OK, "Transfer-Encoding: gzip, chunked"), "unsupported Transfer-Encoding"],
  "chunked twice": [
    response(OK, "Transfer-Encoding: chunked", "Transfer-Encoding: chunked"),
    "unsupported Transfer-Encoding",
  ],
  "almost chunked": [response(OK, "Transfer-Encoding: xchunked"), "unsupported Transfer-Encoding"],
  "a coding under HTTP/1.0": [
    response("HTTP/1.0 200 OK", "Transfer-Encoding: chunked"),
    "Transfer-Encoding under HTTP/1.0",
  ],
  "a chunk size that is none": [`${CHUNKED}xyz\r\n`, "invalid chunk size"],
  "an empty chunk size": [`${CHUNKED}\r\n`, "invalid chunk size"],
  "an extension without a size": [`${CHUNKED};a\r\n`, "invalid chunk size"],
  "a negative chunk size": [`${CHUNKED}-1\r\n`, "invalid chunk size"],
  "a blank after the chunk size": [`${CHUNKED}3 \r\n`, "invalid chunk size"],
  "a chunk size beyond exact numbers": [`${CHUNKED}FFFFFFFFFFFFFFFF\r\n`, "invalid chunk size"],
  "a chunk size of 17 digits": [`${CHUNKED}00000000000000003\r\n`, "invalid chunk size"],
  "a control character in a chunk extension": [`${CHUNKED}3;\u0000\r\n`, "invalid chunk extension"],
  "LF without CR in a chunk extension": [`${CHUNKED}3;a\n`, "invalid chunk extension"],
  "LF without CR after a chunk size": [`${CHUNKED}3\nabc`, "invalid chunk size"],
  "CR without LF after a chunk size": [`${CHUNKED}3\rabc`, "CR without LF"],
  "a chunk longer than its size": [`${CHUNKED}3\r\nabcd\r\n`, "chunk longer than its size"],
  "CR without LF after a chunk": [`${CHUNKED}3\r\nabc\rX`, "CR without LF"],
  "a length among the trailers": [`${CHUNKED}0\r\nContent-Length: 5\r\n\r\n`, "framing header in the trailers"],
  "an invalid trailer": [`${CHUNKED}0\r\nbad trailer\r\n`, "invalid header name"],
};

export const TRUNCATIONS: Readonly<Record<string, string>> = {
  "within the status line": "HTTP/1.1 20",
  "within the fields": `${OK}\r\nX-A: 1\r\n`,
  "after an interim response": response("HTTP/1.1 100 Continue"),
  "within a body with a length": `${response(OK, "Content-Length: 5")}hel`,
  "within a chunk": `${CHUNKED}5\r\nhel`,
  "within a chunk's size": `${CHUNKED}5`,
  "before the last chunk": `${CHUNKED}3\r\nabc\r\n`,
  "within the trailers": `${CHUNKED}0\r\nX-A: 1\r\n`,
};

export const TOO_LARGE: Readonly<Record<string, readonly [text: string, message: string]>> = {
  "a status line over the limit": [`${OK}${"x".repeat(400)}`, "headers over the limit"],
  "one field over the limit": [`${OK}\r\nX-A: ${"x".repeat(400)}`, "headers over the limit"],
  "many fields over the limit": [`${OK}\r\n${"a: b\r\n".repeat(80)}`, "headers over the limit"],
  "trailers over the limit": [`${CHUNKED}0\r\n${"a: b\r\n".repeat(80)}`, "headers over the limit"],
  "one chunk extension over the limit": [`${CHUNKED}1;${"x".repeat(401)}`, "chunk extensions over the limit"],
  "many chunk extensions over the limit": [
    `${CHUNKED}${`1;${"x".repeat(60)}\r\na\r\n`.repeat(8)}`,
    "chunk extensions over the limit",
  ],
  "a length over the limit": [response(OK, "Content-Length: 1001"), "body over the limit"],
  "a chunk over the limit": [`${CHUNKED}3e9\r\n`, "body over the limit"],
  "chunks over the limit together": [`${CHUNKED}${`fa\r\n${"x".repeat(250)}\r\n`.repeat(5)}`, "body over the limit"],
  "an endless body": [`${response(OK)}${"x".repeat(1001)}`, "body over the limit"],
};
