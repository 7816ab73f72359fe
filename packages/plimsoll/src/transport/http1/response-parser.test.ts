import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { octetsOf } from "./octets.ts";
import { type ParserRequest, ResponseParser } from "./response-parser.ts";

const LIMITS = { maxHeaderBytes: 400, maxBodyBytes: 1000 };
const GET: ParserRequest = { method: "GET", wantsBody: true, wantsHeaders: true };
const HEAD: ParserRequest = { method: "HEAD", wantsBody: true, wantsHeaders: true };

interface Result {
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

/** Feeds the pieces in turn from one reused buffer, as a socket does, until the response ends. */
function parse(pieces: readonly Uint8Array[], request = GET, isClosed = false, limits = LIMITS): Result {
  const parser = new ResponseParser(limits);
  parser.start(request);
  let progress: string = "more";
  let leftoverBytes = 0;
  const buffer = new Uint8Array(4096);
  for (const piece of pieces) {
    if (progress !== "more") {
      leftoverBytes += piece.length;
      continue;
    }
    buffer.fill(0x7e);
    buffer.set(piece);
    progress = parser.feed(buffer, piece.length);
    leftoverBytes += parser.leftoverBytes;
  }
  if (progress === "more" && isClosed) progress = parser.feedEnd();
  const isOk = progress === "done";
  return {
    progress,
    fault: parser.fault,
    status: parser.status,
    bodyBytes: parser.bodyBytes,
    body: parser.body === undefined ? undefined : new TextDecoder().decode(parser.body),
    header: parser.header("X-A"),
    leftoverBytes: isOk ? leftoverBytes : -1,
    isReusable: isOk && leftoverBytes === 0 && parser.isReusable,
  };
}

function parseText(text: string, request = GET, isClosed = false): Result {
  return parse([octetsOf(text)], request, isClosed);
}

/** One piece an octet, so that every split point is met. */
function singly(text: string): Uint8Array[] {
  return Array.from(text, octetsOf);
}

/** A head with these lines, an empty one after them. */
function response(...lines: string[]): string {
  return [...lines, "", ""].join("\r\n");
}

const OK = "HTTP/1.1 200 OK";
const CHUNKED = response(OK, "Transfer-Encoding: chunked");

interface Row {
  readonly text: string;
  readonly request?: ParserRequest;
  readonly isClosed?: boolean;
  readonly want: Partial<Result>;
}

const WHOLE: Readonly<Record<string, Row>> = {
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

const VIOLATIONS: Readonly<Record<string, readonly [text: string, message: string]>> = {
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

const TRUNCATIONS: Readonly<Record<string, string>> = {
  "within the status line": "HTTP/1.1 20",
  "within the fields": `${OK}\r\nX-A: 1\r\n`,
  "after an interim response": response("HTTP/1.1 100 Continue"),
  "within a body with a length": `${response(OK, "Content-Length: 5")}hel`,
  "within a chunk": `${CHUNKED}5\r\nhel`,
  "within a chunk's size": `${CHUNKED}5`,
  "before the last chunk": `${CHUNKED}3\r\nabc\r\n`,
  "within the trailers": `${CHUNKED}0\r\nX-A: 1\r\n`,
};

const TOO_LARGE: Readonly<Record<string, readonly [text: string, message: string]>> = {
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

describe("a whole response", () => {
  test.each(Object.entries(WHOLE))("%s", (_, { text, request, isClosed, want }) => {
    const result = parseText(text, request, isClosed);
    expect(result).toMatchObject({ progress: "done", fault: undefined, ...want });
    expect(parse(singly(text), request, isClosed)).toEqual(result);
  });

  test("body and headers are not kept unless wanted", () => {
    const request = { method: "GET", wantsBody: false, wantsHeaders: false };
    const result = parseText(`${response(OK, "X-A: 1", "Content-Length: 5")}hello`, request);
    expect(result).toMatchObject({ progress: "done", bodyBytes: 5, body: undefined, header: undefined });
  });

  test("a parser serves one response after the other", () => {
    const parser = new ResponseParser(LIMITS);
    for (const word of ["first", "second"]) {
      parser.start(GET);
      const octets = octetsOf(`${response(OK, `X-A: ${word}`, `Content-Length: ${word.length}`)}${word}`);
      expect(parser.feed(octets, octets.length)).toBe("done");
      expect(parser.header("x-a")).toBe(word);
      expect(new TextDecoder().decode(parser.body!)).toBe(word);
    }
  });

  test("a failed response leaves nothing to the next", () => {
    const parser = new ResponseParser(LIMITS);
    parser.start(GET);
    expect(parser.feed(octetsOf("garbage"), 7)).toBe("failed");
    parser.start(GET);
    const octets = octetsOf(`${response(OK, "Content-Length: 2")}ok`);
    expect(parser.feed(octets, octets.length)).toBe("done");
    expect(parser.fault).toBeUndefined();
  });
});

describe("a violation", () => {
  test.each(Object.entries(VIOLATIONS))("%s", (_, [text, message]) => {
    const result = parseText(text);
    expect(result).toMatchObject({ progress: "failed", fault: { kind: "protocol", message }, body: undefined });
    expect(parse(singly(text))).toEqual(result);
  });
});

describe("a response over the limits", () => {
  test.each(Object.entries(TOO_LARGE))("%s", (_, [text, message]) => {
    const result = parseText(text);
    expect(result).toMatchObject({ progress: "failed", fault: { kind: "too-large", message }, body: undefined });
    expect(parse(singly(text))).toEqual(result);
  });

  test("a head of exactly the limit is within it", () => {
    const fill = LIMITS.maxHeaderBytes - response(OK, "X-A: ", "Content-Length: 0").length;
    const lines = (count: number) => response(OK, `X-A: ${"x".repeat(count)}`, "Content-Length: 0");
    expect(parseText(lines(fill)).progress).toBe("done");
    expect(parseText(lines(fill + 1)).fault).toMatchObject({ kind: "too-large" });
  });
});

describe("a response cut off", () => {
  test.each(Object.entries(TRUNCATIONS))("%s is truncated", (_, text) => {
    const result = parseText(text, GET, true);
    expect(result).toMatchObject({ progress: "failed", fault: { kind: "truncated" }, body: undefined });
    expect(parse(singly(text), GET, true)).toEqual(result);
  });
});

describe("laws", () => {
  const texts = [
    ...Object.values(WHOLE).map(({ text }) => text),
    ...Object.values(VIOLATIONS).map(([text]) => text),
    ...Object.values(TOO_LARGE).map(([text]) => text),
    ...Object.values(TRUNCATIONS),
  ];
  const cutPoints = fc.array(fc.nat(2000), { maxLength: 8 });

  function split(octets: Uint8Array, cuts: readonly number[]): Uint8Array[] {
    const points = [0, ...cuts.map((cut) => cut % (octets.length + 1)).sort((a, b) => a - b), octets.length];
    return points.slice(1).map((point, index) => octets.subarray(points[index], point));
  }

  test("the result does not depend on how the octets were split", () => {
    fc.assert(
      fc.property(fc.constantFrom(...texts), cutPoints, fc.boolean(), (text, cuts, isClosed) => {
        const octets = octetsOf(text);
        expect(parse(split(octets, cuts), GET, isClosed)).toEqual(parse([octets], GET, isClosed));
      }),
      { numRuns: 500 },
    );
  });

  test("mutilated responses neither throw nor depend on the split, and stay within the limits", () => {
    const edits = fc.array(fc.tuple(fc.nat(2000), fc.nat(255)), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.constantFrom(...texts), edits, cutPoints, (text, changes, cuts) => {
        const octets = octetsOf(text);
        for (const [at, octet] of changes) octets[at % octets.length] = octet;
        const result = parse([octets], GET, true);
        expect(parse(split(octets, cuts), GET, true)).toEqual(result);
        expect(result.bodyBytes).toBeLessThanOrEqual(LIMITS.maxBodyBytes);
        expect(result.progress).not.toBe("more");
      }),
      { numRuns: 2000 },
    );
  });

  test("arbitrary octets end in an answer", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), cutPoints, (octets, cuts) => {
        const result = parse(split(octets, cuts), GET, true);
        expect(["done", "failed"]).toContain(result.progress);
      }),
    );
  });

  test("any body comes back as it was sent, by length and by chunks", () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 60 }), { maxLength: 8 }),
        cutPoints,
        (parts, cuts) => {
          const text = parts.map((part) => String.fromCharCode(...part));
          const byLength = octetsOf(`${response(OK, `Content-Length: ${text.join("").length}`)}${text.join("")}`);
          const chunks = text.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`);
          const byChunks = octetsOf(`${CHUNKED}${chunks.join("")}0\r\n\r\n`);
          const sent = new TextDecoder().decode(octetsOf(text.join("")));
          expect(parse(split(byLength, cuts)).body).toBe(sent);
          expect(parse(split(byChunks, cuts)).body).toBe(sent);
        },
      ),
    );
  });
});
