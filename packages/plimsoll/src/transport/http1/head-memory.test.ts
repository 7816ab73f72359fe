import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HeadMemory } from "./head-memory.ts";
import { octetsOf } from "./octets.ts";
import { LIMITS, OK, response, TOO_LARGE, TRUNCATIONS, VIOLATIONS, WHOLE } from "./response-examples.ts";
import { type ParserLimits, type ParserRequest, ResponseParser } from "./response-parser.ts";

const UNKEPT: ParserRequest = { method: "GET", wantsBody: true, wantsHeaders: false };

const buffer = new Uint8Array(4096);

/** Counts the heads that were recognised rather than read. */
class WatchedMemory extends HeadMemory {
  recallCount = 0;
  override recall(...args: Parameters<HeadMemory["recall"]>): number {
    const lengthBytes = super.recall(...args);
    if (lengthBytes > 0) this.recallCount += 1;
    return lengthBytes;
  }
}

interface Reply {
  readonly text: string;
  readonly request: ParserRequest;
  readonly cuts: readonly number[];
}

/** All that a parser says of one response, fed in pieces from one reused buffer; the target closes after the last. */
function outcome(parser: ResponseParser, { text, request, cuts }: Reply): string {
  parser.start(request);
  const octets = octetsOf(text);
  const points = [0, ...cuts.map((cut) => cut % (octets.length + 1)).sort((a, b) => a - b), octets.length];
  const said: unknown[] = [];
  let progress = "more";
  for (let index = 1; index < points.length && progress === "more"; index += 1) {
    const piece = octets.subarray(points[index - 1], points[index]);
    buffer.set(piece);
    buffer.fill(0x7e, piece.length, piece.length + 8);
    progress = parser.feed(buffer, piece.length);
    said.push(progress, parser.status, parser.bodyBytes, parser.leftoverBytes);
  }
  if (progress === "more") said.push(parser.feedEnd());
  const body = parser.body === undefined ? undefined : String.fromCharCode(...parser.body);
  const { status, bodyBytes, fault, isReusable } = parser;
  return JSON.stringify([...said, status, bodyBytes, fault, isReusable, body, parser.header("x-a")]);
}

function reply(text: string, request = UNKEPT): Reply {
  return { text, request, cuts: [] };
}

const HELLO = `${response(OK, "Date: 1", "Content-Length: 5")}hello`;

function recallCountOf(replies: readonly Reply[], limits: ParserLimits = LIMITS): number {
  const memory = new WatchedMemory();
  const parser = new ResponseParser(limits, memory);
  for (const one of replies) expect(outcome(parser, one)).toBe(outcome(new ResponseParser(limits), one));
  return memory.recallCount;
}

describe("a head is recognised", () => {
  test("when the one before had the same octets, whichever parser read it", () => {
    const memory = new WatchedMemory();
    outcome(new ResponseParser(LIMITS, memory), reply(HELLO));
    outcome(new ResponseParser(LIMITS, memory), reply(HELLO));
    expect(memory.recallCount).toBe(1);
  });

  test("with another body behind it", () => {
    expect(recallCountOf([reply(HELLO), reply(HELLO.replace("hello", "world"))])).toBe(1);
  });

  test("of a response by chunks, without a body and after an interim one", () => {
    const chunked = `${response(OK, "Transfer-Encoding: chunked")}2\r\nok\r\n0\r\n\r\n`;
    const interim = response("HTTP/1.1 103 Early Hints");
    expect(recallCountOf([reply(chunked), reply(chunked)])).toBe(1);
    expect(recallCountOf([reply(HELLO), reply(HELLO, { ...UNKEPT, method: "HEAD" })])).toBe(1);
    expect(recallCountOf([reply(interim + interim + HELLO)])).toBe(1);
  });

  test("again once a target that numbered its heads no longer does", () => {
    const numbered = Array.from({ length: 600 }, (_, index) => reply(HELLO.replace("Date: 1", `Date: ${index}`)));
    expect(recallCountOf(numbered)).toBe(0);
    expect(recallCountOf([...numbered, ...Array.from({ length: 600 }, () => reply(HELLO))])).toBeGreaterThan(50);
  });
});

describe("a head is read", () => {
  test("when any one octet of it differs", () => {
    for (let at = 0; at < HELLO.indexOf("hello"); at += 1) {
      const other = `${HELLO.slice(0, at)}${HELLO[at] === "7" ? "8" : "7"}${HELLO.slice(at + 1)}`;
      expect(recallCountOf([reply(HELLO), reply(other)])).toBe(0);
    }
  });

  test("when it comes in two pieces, even if the second looks like a whole one, or its headers are wanted", () => {
    expect(recallCountOf([reply(HELLO), { ...reply(HELLO), cuts: [10] }])).toBe(0);
    expect(recallCountOf([reply(HELLO), { ...reply(`H${HELLO}`), cuts: [1] }])).toBe(0);
    expect(recallCountOf([reply(HELLO), reply(HELLO, { ...UNKEPT, wantsHeaders: true })])).toBe(0);
  });

  test("when it is over this parser's limit, though another's allowed it", () => {
    const memory = new WatchedMemory();
    outcome(new ResponseParser(LIMITS, memory), reply(HELLO));
    const strict = { ...LIMITS, maxHeaderBytes: 20 };
    expect(outcome(new ResponseParser(strict, memory), reply(HELLO))).toBe(
      outcome(new ResponseParser(strict), reply(HELLO)),
    );
  });

  test("when the one like it had a fault", () => {
    const bad = response(OK, "Content-Length: 5", "Content-Length: 5");
    expect(recallCountOf([reply(bad), reply(bad)])).toBe(0);
  });
});

describe("laws", () => {
  const texts = [
    ...Object.values(WHOLE).map(({ text }) => text),
    ...Object.values(VIOLATIONS).map(([text]) => text),
    ...Object.values(TOO_LARGE).map(([text]) => text),
    ...Object.values(TRUNCATIONS),
  ];
  const request = fc.record({
    method: fc.constantFrom("GET", "HEAD"),
    wantsBody: fc.boolean(),
    wantsHeaders: fc.constantFrom(false, false, false, true),
  });
  const edit = fc.option(fc.tuple(fc.nat(2000), fc.nat(255)), { freq: 1 });
  const cuts = fc.oneof(fc.constant([]), fc.array(fc.nat(2000), { maxLength: 4 }));

  test("with a memory and without, a run of responses reads the same, however mutilated and split", () => {
    let recallCount = 0;
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...texts), { minLength: 1, maxLength: 3 }),
        fc.array(fc.tuple(fc.nat(2), request, edit, cuts), { minLength: 2, maxLength: 12 }),
        (pool, picks) => {
          const memory = new WatchedMemory();
          const parser = new ResponseParser(LIMITS, memory);
          const plain = new ResponseParser(LIMITS);
          for (const [index, asked, change, cut] of picks) {
            const text = pool[index % pool.length]!;
            const at = change === null ? 0 : change[0] % text.length;
            const octet = change === null ? text.slice(0, 1) : String.fromCharCode(change[1]);
            const one = { text: text.slice(0, at) + octet + text.slice(at + 1), request: asked, cuts: cut };
            expect(outcome(parser, one)).toBe(outcome(plain, one));
          }
          recallCount += memory.recallCount;
        },
      ),
      { numRuns: 1000 },
    );
    expect(recallCount).toBeGreaterThan(500);
  });

  test("split at every octet, a repeated response reads the same", () => {
    for (const { text } of Object.values(WHOLE))
      for (let cut = 0; cut <= text.length; cut += 1) recallCountOf([reply(text), { ...reply(text), cuts: [cut] }]);
  });
});
