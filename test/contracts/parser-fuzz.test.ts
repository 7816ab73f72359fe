/** The incremental parser against any octets: one answer whatever the packets, the right one, and within its limits. */
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HeadMemory } from "../../packages/plimsoll/src/transport/http1/head-memory.ts";
import { ResponseParser } from "../../packages/plimsoll/src/transport/http1/response-parser.ts";
import { FUZZ_TIMEOUT_MS, PARSER_RUN, PLANTED_RUN } from "./fuzz.ts";
import { FAULTS, type Http1Client, UNKEPT_FAULTS, withFault } from "./planted-fault.ts";
import { FUZZ_LIMITS, pieces, type Reply, reply, responseText } from "./response-arbitrary.ts";
import { readWhole, type WholeReading } from "./whole-reading.ts";

type Client = Pick<Http1Client, "HeadMemory" | "ResponseParser">;

const SOUND: Client = { HeadMemory, ResponseParser };

/** Larger than any text of the fuzz. */
const buffer = new Uint8Array(64 * 1024);

interface Read {
  readonly reading: WholeReading | undefined;
  readonly fault: unknown;
  readonly bodyBytes: number;
}

/** Feeds the pieces from one reused buffer, as a socket does; the target closes after the last. */
function parse(parser: ResponseParser, { method, text, cuts }: Reply, isKept = true): Read {
  parser.start({ method, wantsBody: isKept, wantsHeaders: isKept });
  let progress: string = "more";
  let readLength = 0;
  for (const piece of pieces(text, cuts)) {
    if (progress !== "more") break;
    buffer.fill(0x7e, 0, piece.length + 1);
    for (let at = 0; at < piece.length; at++) buffer[at] = piece.charCodeAt(at);
    progress = parser.feed(buffer, piece.length);
    readLength += piece.length - parser.leftoverBytes;
  }
  if (progress === "more") progress = parser.feedEnd();
  const { status, bodyBytes, fault } = parser;
  if (progress !== "done") return { reading: undefined, fault, bodyBytes };
  const body = isKept ? String.fromCharCode(...parser.body!) : "";
  const leftover = text.slice(readLength);
  return { reading: { status, body, leftover, isReusable: leftover === "" && parser.isReusable }, fault, bodyBytes };
}

/** `expect` takes longer than a case. */
function agree(actual: unknown, wanted: unknown): void {
  if (!isDeepStrictEqual(actual, wanted)) expect(actual).toEqual(wanted);
}

/** One parser, and one memory of heads, for all cases: what one response leaves behind must not be seen in the next. */
function createCheck(client: Client): (reply: Reply) => void {
  const parser = new client.ResponseParser(FUZZ_LIMITS, new client.HeadMemory());
  return (reply) => {
    const read = parse(parser, reply);
    agree(read.reading, readWhole(reply.text, reply.method, FUZZ_LIMITS));
    agree(read.fault === undefined, read.reading !== undefined);
    agree(read.bodyBytes <= FUZZ_LIMITS.maxBodyBytes, true);
    agree(parse(parser, { ...reply, cuts: [] }), read);
    agree(parse(parser, { ...reply, cuts: "each" }), read);
    // Only heads that are not kept are remembered: the second is the first's, and the cases differ in part.
    for (const cuts of [reply.cuts, [], []]) {
      const unkept = parse(parser, { ...reply, cuts }, false);
      agree([unkept.fault, unkept.bodyBytes], [read.fault, read.bodyBytes]);
    }
  };
}

describe("the parser", () => {
  test(
    "reads any octets, however they are cut, as they are read at leisure",
    () => {
      fc.assert(fc.property(reply, createCheck(SOUND)), PARSER_RUN);
    },
    FUZZ_TIMEOUT_MS,
  );

  test("the cases are sound and unsound ones, of all kinds", () => {
    const kinds = new Map<string, number>();
    const parser = new ResponseParser(FUZZ_LIMITS);
    for (const sample of fc.sample(reply, { ...PARSER_RUN, numRuns: 2000 })) {
      parse(parser, sample);
      const kind = parser.fault?.kind ?? "ok";
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }
    for (const kind of ["ok", "protocol", "too-large", "truncated"]) expect(kinds.get(kind)).toBeGreaterThan(100);
  });

  test(
    "ends what never ends, within its limits",
    () => {
      const endless = fc.tuple(responseText, fc.string({ unit: "binary-ascii", minLength: 1, maxLength: 40 }));
      const mostBytes = 64 * (FUZZ_LIMITS.maxHeaderBytes + FUZZ_LIMITS.maxBodyBytes);
      fc.assert(
        fc.property(endless, ([start, piece]) => {
          const parser = new ResponseParser(FUZZ_LIMITS);
          parser.start({ method: "GET", wantsBody: true, wantsHeaders: true });
          let text = start;
          for (let fedBytes = 0; fedBytes < mostBytes; fedBytes += text.length, text = piece) {
            for (let at = 0; at < text.length; at++) buffer[at] = text.charCodeAt(at);
            if (parser.feed(buffer, text.length) !== "more") return;
          }
          throw new Error("still reading");
        }),
        { ...PARSER_RUN, numRuns: PARSER_RUN.numRuns / 10 },
      );
    },
    FUZZ_TIMEOUT_MS,
  );

  test.each([
    ["interim responses", "HTTP/1.1 103 Early Hints\r\nX-A: 0\r\n\r\n"],
    ["small chunks that are not kept", "1\r\na\r\n"],
  ])("endless %s fill no memory", (_, piece) => {
    const parser = new ResponseParser({ maxHeaderBytes: 16_384, maxBodyBytes: Number.MAX_SAFE_INTEGER });
    parser.start({ method: "GET", wantsBody: false, wantsHeaders: true });
    const head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    const text = Buffer.from(piece.repeat(1000), "latin1");
    if (piece.startsWith("1")) expect(parser.feed(Buffer.from(head, "latin1"), head.length)).toBe("more");
    const heldBefore = process.memoryUsage().arrayBuffers;
    for (let count = 0; count < 100; count++) expect(parser.feed(text, text.length)).toBe("more");
    expect(process.memoryUsage().arrayBuffers - heldBefore).toBeLessThan(1_000_000);
  });
});

describe("a planted fault is found", () => {
  test.each([
    ["the overflow of a chunk's size is ignored"],
    ["a HEAD has a body"],
    ["a remembered head is compared by its first line alone"],
  ] as const)("%s", async (name) => {
    const found = fc.check(
      fc.property(reply, createCheck(await withFault({ ...FAULTS, ...UNKEPT_FAULTS }[name]))),
      PLANTED_RUN,
    );
    expect(found.failed).toBe(true);
    expect(() => createCheck(SOUND)(found.counterexample![0])).not.toThrow();
  });
});
