import { getHeapStatistics } from "node:v8";
import { expect, test } from "vitest";
import { HeadMemory } from "./head-memory.ts";
import { octetsOf } from "./octets.ts";
import { OK, response } from "./response-examples.ts";
import { type ParserRequest, ResponseParser } from "./response-parser.ts";

const LIMITS = { maxHeaderBytes: 65_536, maxBodyBytes: 1e12 };
const UNKEPT: ParserRequest = { method: "GET", wantsBody: false, wantsHeaders: false };
const PER_BLOCK = 20_000;
const LEAST_BLOCKS = 15;
const MOST_BLOCKS = 150;

/**
 * Octets by which the heap changes each time; the smallest object takes 12. Of blocks long enough to see a single one, the
 * middle of the last ones: until it is compiled, which takes as long as the machine is busy, code makes objects of numbers.
 * A heap that shrank was collected, and would not have been without objects.
 */
function heapBytesEach(act: () => void): number {
  const changed: number[] = [];
  const middle = () => changed.slice(-LEAST_BLOCKS).sort((a, b) => a - b)[Math.floor(LEAST_BLOCKS / 2)]!;
  while (changed.length < LEAST_BLOCKS || (middle() >= 1 && changed.length < MOST_BLOCKS)) {
    const beforeBytes = getHeapStatistics().used_heap_size;
    for (let k = 0; k < PER_BLOCK; k++) act();
    changed.push(Math.abs(getHeapStatistics().used_heap_size - beforeBytes) / PER_BLOCK);
  }
  return middle();
}

const CHUNK = "a\r\n0123456789\r\n";

test.each([
  ["of known length", response(OK, "Content-Length: 900000000000"), "x".repeat(64)],
  ["that ends with the connection", response(OK, "Connection: close"), "x".repeat(64)],
  ["in chunks", response(OK, "Transfer-Encoding: chunked"), CHUNK.repeat(3)],
  ["in chunks cut within", `${response(OK, "Transfer-Encoding: chunked")}a\r\n01234`, `56789\r\n${CHUNK}0a\r\n01234`],
])("a piece of a body %s that is not needed makes no object", (_, begin, piece) => {
  const parser = new ResponseParser(LIMITS);
  parser.start(UNKEPT);
  const first = octetsOf(begin);
  expect(parser.feed(first, first.length)).toBe("more");
  // As a socket reads: always into the same octets.
  const buffer = octetsOf(piece);
  expect(heapBytesEach(() => parser.feed(buffer, buffer.length))).toBeLessThan(1);
  expect([parser.fault, parser.feed(buffer, buffer.length)]).toEqual([undefined, "more"]);
  expect(parser.bodyBytes).toBeGreaterThan(PER_BLOCK * LEAST_BLOCKS);
});

test("a whole response with a head as the one before makes no object", () => {
  const parser = new ResponseParser(LIMITS, new HeadMemory());
  const buffer = octetsOf(`${response(OK, "Content-Type: text/plain", "Content-Length: 5")}hello`);
  const read = () => {
    parser.start(UNKEPT);
    return parser.feed(buffer, buffer.length);
  };
  expect(heapBytesEach(read)).toBeLessThan(1);
  expect([read(), parser.status, parser.bodyBytes]).toEqual(["done", 200, 5]);
});
