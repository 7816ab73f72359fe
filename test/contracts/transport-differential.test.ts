/** The same octets, split at random, to our client and to undici: the same outcome, or a difference with a reason. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createHttp1Transport } from "../../packages/plimsoll/src/transport/http1/http1-transport.ts";
import type { Transport } from "../../packages/plimsoll/src/transport/transport.ts";
import { createUndiciTransport } from "../../packages/plimsoll/src/transport/undici/undici-transport.ts";
import { type FaultServer, startFaultServer } from "./fault-server.ts";
import { optionsFor, send } from "./sending.ts";

const OK = "HTTP/1.1 200 OK\r\n";
const LENGTH_5 = `${OK}X-A: 1\r\nContent-Length: 5\r\n\r\nhello`;
const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`;

const SAME: Readonly<Record<string, string>> = {
  "a length": LENGTH_5,
  "an empty body": `${OK}Content-Length: 0\r\n\r\n`,
  "an empty reason": "HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n",
  "no reason at all": "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n",
  "names in other cases": `${OK}x-a: 1\r\ncontent-LENGTH: 5\r\n\r\nhello`,
  "blanks before values": `${OK}X-A: \t 1\r\nContent-Length:   5  \r\n\r\nhello`,
  "a length with leading zeros": `${OK}Content-Length: 0005\r\n\r\nhello`,
  chunks: `${CHUNKED}2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n`,
  "chunks with extensions and trailers": `${CHUNKED}2;a=b\r\nhe\r\n03;c="d e"\r\nllo\r\n0\r\nX-T: 1\r\n\r\n`,
  "a length among the trailers": `${CHUNKED}5\r\nhello\r\n0\r\nContent-Length: 7\r\n\r\n`,
  "a chunk extension of no shape": `${CHUNKED}5;=\r\nhello\r\n0\r\n\r\n`,
  "no chunk but the last": `${CHUNKED}0\r\n\r\n`,
  "a body that the close ends": `${OK}X-A: 1\r\n\r\nhello`,
  "an empty body that the close ends": `${OK}\r\n`,
  "HTTP/1.0": "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
  "HTTP/1.0 that the close ends": "HTTP/1.0 200 OK\r\n\r\nhello",
  "Connection: close": `${OK}Connection: close\r\nContent-Length: 5\r\n\r\nhello`,
  "204": "HTTP/1.1 204 No Content\r\n\r\n",
  "304": "HTTP/1.1 304 Not Modified\r\n\r\n",
  "a server error": "HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy",
  "an unassigned status": "HTTP/1.1 799 X\r\nContent-Length: 4\r\n\r\nbusy",
  "early hints": `HTTP/1.1 103 Early Hints\r\nX-A: 0\r\n\r\n${LENGTH_5}`,
  "octets after a length": `${LENGTH_5}more`,
  "a response after a length": `${LENGTH_5}${LENGTH_5}`,
  "octets after the last chunk": `${CHUNKED}0\r\n\r\nmore`,
  "a length cut short": `${OK}Content-Length: 50\r\n\r\nhello`,
  "a chunk cut short": `${CHUNKED}5\r\nhel`,
  "no last chunk": `${CHUNKED}5\r\nhello\r\n`,
  "trailers cut short": `${CHUNKED}5\r\nhello\r\n0\r\nX-T`,
  silence: "",
  garbage: "SSH-2.0-OpenSSH_9.2p1\r\n",
  "another version": "HTTP/3.0 200 OK\r\n\r\n",
  "two lengths": `${OK}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello`,
  "two equal lengths": `${OK}Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello`,
  "a list of lengths": `${OK}Content-Length: 5, 5\r\n\r\nhello`,
  "a negative length": `${OK}Content-Length: -5\r\n\r\nhello`,
  "a length of letters": `${OK}Content-Length: five\r\n\r\nhello`,
  "a length of blanks": `${OK}Content-Length: \r\n\r\nhello`,
  "a length too long to count": `${OK}Content-Length: 99999999999999999999999\r\n\r\nhello`,
  "length and coding": `${OK}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  "coding and length": `${OK}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n`,
  "a chunk size of letters": `${CHUNKED}xyz\r\nhello\r\n`,
  "an empty chunk size": `${CHUNKED}\r\nhello\r\n`,
  "a chunk size too long to count": `${CHUNKED}FFFFFFFFFFFFFFFFF\r\nhello\r\n`,
  "a blank after a chunk size": `${CHUNKED}5 \r\nhello\r\n0\r\n\r\n`,
  "a chunk longer than its size": `${CHUNKED}2\r\nhello\r\n0\r\n\r\n`,
  "LF without CR in the head": `HTTP/1.1 200 OK\nContent-Length: 5\n\nhello`,
  "LF without CR after a field": `${OK}X-A: 1\nContent-Length: 5\r\n\r\nhello`,
  "LF without CR after a chunk": `${CHUNKED}5\r\nhello\n0\r\n\r\n`,
  "LF without CR after a chunk size": `${CHUNKED}5\nhello\r\n0\r\n\r\n`,
  "CR without LF in a value": `${OK}X-A: 1\r2\r\nContent-Length: 5\r\n\r\nhello`,
  "a folded line": `${OK}X-A: 1\r\n 2\r\nContent-Length: 5\r\n\r\nhello`,
  "a blank before the colon": `${OK}X-A : 1\r\nContent-Length: 5\r\n\r\nhello`,
  "an empty name": `${OK}: 1\r\nContent-Length: 5\r\n\r\nhello`,
  "a name of no token": `${OK}X(A): 1\r\nContent-Length: 5\r\n\r\nhello`,
  "a NUL in a value": `${OK}X-A: \0\r\nContent-Length: 5\r\n\r\nhello`,
  "a line without colon": `${OK}nonsense\r\nContent-Length: 5\r\n\r\nhello`,
};

interface Difference {
  readonly text: string;
  readonly ours: string;
  readonly undici: string;
}

/** Named with the reason. */
const DIFFERENT: Readonly<Record<string, Difference>> = {
  "undici keeps blanks after a value (RFC 9112 §5.1: not part of it)": {
    text: `${OK}X-A: 1 \t\r\nContent-Length: 5\r\n\r\nhello`,
    ours: "ok 200 hello 1",
    undici: "ok 200 hello 1 \t",
  },
  "undici takes unasked 101 for a reset": {
    text: "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    ours: "protocol",
    undici: "reset",
  },
  "undici refuses 100 Continue (RFC 9110 §15.2: to be skipped)": {
    text: `HTTP/1.1 100 Continue\r\n\r\n${LENGTH_5}`,
    ours: "ok 200 hello 1",
    undici: "reset",
  },
  "undici misses the body that a 304 only describes (RFC 9110 §15.4.5)": {
    text: "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
    ours: "ok 304  undefined",
    undici: "protocol",
  },
  "a head cut short has begun for us, not for undici": {
    text: `${OK}X-A: 1\r\nConte`,
    ours: "truncated",
    undici: "reset",
  },
  "undici skips empty lines first; a server that sends them has lost count": {
    text: `\r\n${LENGTH_5}`,
    ours: "protocol",
    undici: "ok 200 hello 1",
  },
  "undici takes a status below 100 for an interim one": {
    text: `HTTP/1.1 099 X\r\nContent-Length: 5\r\n\r\nhello`,
    ours: "protocol",
    undici: "reset",
  },
  "undici takes codings that nobody asked for (RFC 9112 §7.4), undecoded": {
    text: `${OK}Transfer-Encoding: gzip, chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
    ours: "protocol",
    undici: "ok 200 hello undefined",
  },
  "undici takes an unknown coding for a body that the close ends": {
    text: `${OK}Transfer-Encoding: gzip\r\n\r\nhello`,
    ours: "protocol",
    undici: "ok 200 hello undefined",
  },
  "undici takes chunks under HTTP/1.0 (RFC 9112 §6.1: faulty framing)": {
    text: "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    ours: "protocol",
    undici: "ok 200 hello undefined",
  },
};

interface Scene {
  text: string;
  cuts: readonly number[];
}

describe("the same octets give the same outcome", () => {
  const scene: Scene = { text: "", cuts: [] };
  let server: FaultServer;
  let transports: readonly [ours: Transport, undici: Transport];

  beforeAll(async () => {
    server = await startFaultServer(({ socket }) => {
      const { text, cuts } = scene;
      const points = [...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
      let from = 0;
      const writeNext = () => {
        const to = points.shift();
        if (to === undefined) socket.end();
        else {
          socket.write(text.slice(from, to), "latin1");
          from = to;
          setImmediate(writeNext);
        }
      };
      writeNext();
    });
    transports = [createHttp1Transport(optionsFor(server.port)), createUndiciTransport(optionsFor(server.port))];
  });

  afterAll(async () => {
    await Promise.all(transports.map((transport) => transport.close()));
    await server[Symbol.asyncDispose]();
  });

  async function outcomes(text: string, cuts: readonly number[]): Promise<string[]> {
    scene.text = text;
    scene.cuts = cuts;
    const results: string[] = [];
    for (const transport of transports) {
      const connection = transport.connection();
      const { kind, status, body, header } = await send(connection);
      connection.destroy();
      results.push(kind === "ok" ? `ok ${status} ${body} ${header}` : kind);
    }
    return results;
  }

  const cuts = fc.array(fc.nat(200), { maxLength: 4 });

  test.each(Object.entries(SAME))("%s", async (_, text) => {
    await fc.assert(
      fc.asyncProperty(cuts, async (points) => {
        const [ours, undici] = await outcomes(text, points);
        expect(ours).toBe(undici);
      }),
      { numRuns: 8 },
    );
  });

  test.each(Object.entries(DIFFERENT))("but: %s", async (_, { text, ours, undici }) => {
    expect(await outcomes(text, [])).toEqual([ours, undici]);
  });
});
