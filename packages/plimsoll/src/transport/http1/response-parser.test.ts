import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { octetsOf } from "./octets.ts";
import {
  CHUNKED,
  GET,
  LIMITS,
  OK,
  type Result,
  response,
  TOO_LARGE,
  TRUNCATIONS,
  VIOLATIONS,
  WHOLE,
} from "./response-examples.ts";
import { ResponseParser } from "./response-parser.ts";

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
