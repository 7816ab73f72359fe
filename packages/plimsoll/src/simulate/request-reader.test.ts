import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RequestReader } from "./request-reader.ts";

/** What is read from pieces of octets: `METHOD path body`, or a status, after which no more is read. */
function readPieces(pieces: readonly Buffer[], onWaiting = () => {}): string[] {
  const reader = new RequestReader({ wantsBody: () => true, onWaiting });
  const found: string[] = [];
  for (const piece of pieces) {
    reader.push(piece);
    for (let request = reader.next(); request !== undefined; request = reader.next()) {
      if ("status" in request) return [...found, String(request.status)];
      const { head, body } = request;
      found.push(`${head.method} ${head.path} ${body}${head.isKeptAlive ? "" : " close"}`);
    }
  }
  return found;
}

function read(text: string): string[] {
  return readPieces([Buffer.from(text)]);
}

const POST = "POST /a?q=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello";
const CHUNKED =
  "PUT /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nfoo\r\nA\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n";
const GET = "GET http://host:80/c HTTP/1.1\r\nConnection: close\r\n\r\n";

describe("a request", () => {
  test("ends where its length, its chunks or its head says; those behind it follow", () => {
    expect(read(POST + CHUNKED + GET)).toEqual(["POST /a hello", "PUT /b foo0123456789", "GET /c  close"]);
  });

  test("of HTTP/1.0 closes unless it says otherwise", () => {
    expect(read("GET / HTTP/1.0\r\n\r\n")).toEqual(["GET /  close"]);
    expect(read("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n")).toEqual(["GET / "]);
  });

  test.each([
    ["no request line", "hello\r\n\r\n"],
    ["another protocol", "PRI * HTTP/2.0\r\n\r\n"],
    ["two lengths", "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n"],
    ["a length and chunks", "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"],
    ["a length that is none", "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"],
    ["another encoding", "POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n"],
    ["a folded field", "GET / HTTP/1.1\r\nA: 1\r\n b\r\n\r\n"],
    ["a chunk size that is none", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"],
    ["a chunk that is too long", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n"],
  ])("with %s is refused", (_, text) => {
    expect(read(text)).toEqual(["400"]);
  });

  test("whose head or kept body is too long is refused", () => {
    expect(read(`GET /${"a".repeat(17_000)}`)).toEqual(["431"]);
    expect(read("POST / HTTP/1.1\r\nContent-Length: 2000000\r\n\r\n")).toEqual(["413"]);
  });

  test("that waits for 100 is told to go on, once", () => {
    let waitCount = 0;
    const head = "POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
    const onWaiting = () => {
      waitCount++;
    };
    expect(readPieces([Buffer.from(head), Buffer.from("o"), Buffer.from("k")], onWaiting)).toEqual(["POST / ok"]);
    expect(waitCount).toBe(1);
  });
});

describe("laws", () => {
  test("it makes no difference where the octets are cut", () => {
    const octets = Buffer.from(POST + CHUNKED + POST + GET);
    const whole = readPieces([octets]);
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: octets.length - 1 }), { maxLength: 12 });
    fc.assert(
      fc.property(cuts, (places) => {
        const ends = [...places.toSorted((left, right) => left - right), octets.length];
        const pieces = ends.map((end, index) => octets.subarray(ends[index - 1] ?? 0, end));
        expect(readPieces(pieces)).toEqual(whole);
      }),
    );
    expect(readPieces([...octets].map((octet) => Buffer.of(octet)))).toEqual(whole);
  });

  test("no octets make it throw or go on for ever", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 }), (pieces) => {
        readPieces([Buffer.from(POST.slice(0, 30)), ...pieces.map((piece) => Buffer.from(piece))]);
      }),
    );
  });
});
