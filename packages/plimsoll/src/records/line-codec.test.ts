import { crc32 } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeLine, encodeLine } from "./line-codec.ts";
import type { EventRecord } from "./record.ts";
import { SAMPLE_RECORDS, sampleEvent } from "./sample-journal.ts";

const encoder = new TextEncoder();

/** A line whose checksum is right, whatever its body. */
function sealed(body: string | Uint8Array): Uint8Array {
  const bytes = typeof body === "string" ? encoder.encode(body) : body;
  return Uint8Array.of(...encoder.encode(`${crc32(bytes).toString(16).padStart(8, "0")} `), ...bytes);
}

describe("encodeLine", () => {
  test("writes checksum, blank, JSON beginning with n and k, and a line feed", () => {
    expect(encodeLine({ k: "t0", wall: "w", mono: "1" }, 2)).toBe('68a80089 {"n":2,"k":"t0","wall":"w","mono":"1"}\n');
  });

  test("replaces a number the record already bore", () => {
    const numbered = { ...sampleEvent(1), n: 5 };
    expect(decodeLine(encodeLine(numbered, 9))?.json["n"]).toBe(9);
  });

  test("seals the UTF-8 bytes as written, lone surrogates and line feeds escaped", () => {
    const line = encodeLine({ ...sampleEvent(1), message: "\ud800 é 漢 😀 \n \u2028" }, 0);
    const body = encoder.encode(line.slice(9, -1));
    expect(line.slice(0, 8)).toBe(crc32(body).toString(16).padStart(8, "0"));
    expect(line.indexOf("\n")).toBe(line.length - 1);
    expect(decodeLine(line)?.json["message"]).toBe("\ud800 é 漢 😀 \n \u2028");
  });

  test("keeps names that JavaScript gives a meaning", () => {
    const data = JSON.parse('{"__proto__":{"constructor":1}}');
    const line = decodeLine(encodeLine({ ...sampleEvent(1), data }, 0));
    expect(JSON.stringify(line?.json["data"])).toBe('{"__proto__":{"constructor":1}}');
  });
});

describe("decodeLine", () => {
  const good = encodeLine(sampleEvent(7), 7);

  test("reads a line with its line feed or without, as text or as bytes", () => {
    for (const line of [good, good.slice(0, -1), encoder.encode(good), encoder.encode(good.slice(0, -1))]) {
      expect(decodeLine(line)).toMatchObject({ n: 7, k: "ev", crc: good.slice(0, 8) });
    }
  });

  test.each([
    ["an empty line", ""],
    ["a line feed alone", "\n"],
    ["a checksum alone", good.slice(0, 9)],
    ["an upper-case checksum", `${good.slice(0, 8).toUpperCase()}${good.slice(8)}`],
    ["a tab for the blank", `${good.slice(0, 8)}\t${good.slice(9)}`],
    ["a carriage return before the line feed", `${good.slice(0, -1)}\r\n`],
    ["a blank before the line", ` ${good}`],
    ["two line feeds", `${good}\n`],
    ["a blank for the checksum's leading zero", encodeLine(sampleEvent(11), 11).replace(/^0/, " ")],
  ])("refuses %s", (_, line) => {
    expect(decodeLine(line)).toBeUndefined();
  });

  test("the row with a leading zero has one", () => {
    expect(encodeLine(sampleEvent(11), 11)).toMatch(/^0/);
  });

  test.each([
    ["no JSON", '{"n":1,"k":"ev"'],
    ["a list", '[{"n":1,"k":"ev"}]'],
    ["no number", '{"k":"ev"}'],
    ["no kind", '{"n":1}'],
    ["a fractional number", '{"n":1.5,"k":"ev"}'],
    ["a negative number", '{"n":-1,"k":"ev"}'],
    ["a number as text", '{"n":"1","k":"ev"}'],
    ["a kind that is no text", '{"n":1,"k":2}'],
    ["another order", '{"k":"ev","n":1}'],
    ["a second number further on", '{"n":1,"k":"ev","n":2}'],
    ["a byte order mark", '\ufeff{"n":1,"k":"ev"}'],
    ["bytes that are no UTF-8", Uint8Array.of(...encoder.encode('{"n":1,"k":"ev","m":"'), 0xff, 0x22, 0x7d)],
  ])("refuses a sealed body with %s", (_, body) => {
    expect(decodeLine(sealed(body))).toBeUndefined();
  });
});

describe("laws", () => {
  test("every kind of record comes back as it was", () => {
    for (const [n, record] of SAMPLE_RECORDS.entries()) {
      expect(decodeLine(encodeLine(record, n))?.json).toEqual({ n, ...record });
    }
  });

  test("any text and any JSON come back as they were", () => {
    const record = fc.record({ message: fc.string({ unit: "binary" }), data: fc.jsonValue() });
    fc.assert(
      fc.property(record, fc.nat(), (values, n) => {
        const written: EventRecord = { ...sampleEvent(0), message: values.message };
        const line = decodeLine(encodeLine(Object.assign(written, { data: values.data }), n));
        expect(line?.json["message"]).toBe(values.message);
        expect(JSON.stringify(line?.json["data"])).toBe(JSON.stringify(values.data));
      }),
    );
  });

  test("no single flipped bit goes unnoticed", () => {
    const line = encoder.encode(encodeLine(sampleEvent(11), 11));
    for (let bit = 0; bit < (line.length - 1) * 8; bit++) {
      const flipped = line.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(decodeLine(flipped), `bit ${bit}`).toBeUndefined();
    }
  });
});
