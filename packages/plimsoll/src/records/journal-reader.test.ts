import { crc32 } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PlimsollError } from "../base/errors.ts";
import { type JournalOutcome, JournalReader } from "./journal-reader.ts";
import { decodeLine, encodeLine } from "./line-codec.ts";
import { JOURNAL_FORMAT, type NumberedRecord } from "./record.ts";
import { SAMPLE_HEADER, SAMPLE_RECORDS, sampleData, sampleEvent, sampleLines } from "./sample-journal.ts";

const encoder = new TextEncoder();
const LINES = sampleLines(40);
const WHOLE = encoder.encode(LINES.join(""));

interface Reading extends JournalOutcome {
  readonly records: readonly NumberedRecord[];
  readonly numbers: readonly number[];
}

function read(...files: readonly (string | Uint8Array | readonly string[])[]): Reading {
  const reader = new JournalReader();
  const records: NumberedRecord[] = [];
  for (const file of files) {
    const bytes = file instanceof Uint8Array ? file : encoder.encode(typeof file === "string" ? file : file.join(""));
    records.push(...reader.push(bytes));
    reader.endFile();
  }
  return { ...reader.outcome(), records, numbers: records.map(({ n }) => n) };
}

function upTo(end: number): readonly number[] {
  return Array.from({ length: end }, (_, n) => n);
}

function without(n: number): readonly number[] {
  return upTo(40).filter((number) => number !== n);
}

/** Each record as it was written, whatever became of its neighbours. */
function expectTrueToSource(records: readonly NumberedRecord[], lines: readonly string[] = LINES): void {
  for (const record of records) expect(record).toEqual(decodeLine(lines[record.n]!)?.json);
}

describe("a whole journal", () => {
  test("is clean and yields every record of every kind", () => {
    const lines = SAMPLE_RECORDS.map(encodeLine);
    const { records, ...outcome } = read(lines);
    expect(records).toEqual(SAMPLE_RECORDS.map((record, n) => ({ n, ...record })));
    expect(outcome).toMatchObject({ state: "clean", recordCount: 14, nextN: 14, lostBytes: 0, missing: [] });
    expect(outcome.recoveredBytes).toBe(encoder.encode(lines.join("")).length);
    expect(outcome.damage).toBeUndefined();
  });

  test("skips kinds of later versions and counts them", () => {
    const later = LINES.map((line, n) => (n === 5 ? sealedJson({ n: 5, k: "gap", anything: [1] }) : line));
    const { numbers, state, recordCount } = read(later);
    expect(numbers).toEqual(without(5));
    expect({ state, recordCount }).toEqual({ state: "clean", recordCount: 40 });
  });

  test("lets records grow fields", () => {
    const grown = LINES.map((line, n) => (n === 5 ? sealedJson({ n, ...sampleEvent(5), later: true }) : line));
    expect(read(grown)).toMatchObject({ state: "clean", recordCount: 40 });
  });

  test("begins with a header, and with nothing else", () => {
    expect(read([encodeLine(sampleEvent(0), 0)])).toMatchObject({ recordCount: 0, state: "hole" });
  });

  test("of another major format is refused", () => {
    const header = sealedJson({ n: 0, k: "hdr", ...SAMPLE_HEADER, fmt: "plj/2" });
    expect(() => read(header)).toThrow(PlimsollError);
    expect(() => read(header)).toThrow('the journal is of format "plj/2"; this version reads "plj/1"');
  });
});

describe("a cut journal", () => {
  test("keeps exactly the records whose line feed survived, and is clean only where one ends", () => {
    let ended = 0;
    for (let cut = 0; cut <= WHOLE.length; cut++) {
      if (cut > 0 && WHOLE[cut - 1] === 0x0a) ended++;
      const { numbers, state, damage } = read(WHOLE.subarray(0, cut));
      const isAtEnd = cut === 0 || WHOLE[cut - 1] === 0x0a;
      expect({ cut, numbers, state }).toEqual({ cut, numbers: upTo(ended), state: isAtEnd ? "clean" : "torn" });
      const whole = encoder.encode(LINES.slice(0, ended).join("")).length;
      expect(damage).toEqual(isAtEnd ? undefined : { file: 0, atBytes: whole });
    }
  });

  test.each([
    ["a zero", new Uint8Array(1)],
    ["a page of zeros", new Uint8Array(4096)],
    ["garbage", Uint8Array.from({ length: 300 }, (_, i) => (i * 197) & 0xff)],
    ["blank lines", encoder.encode("\n\n\n")],
    ["half a record", encoder.encode(encodeLine(sampleEvent(40), 40).slice(0, 30))],
    ["a shorter journal of another run", encoder.encode(sampleLines(10, "another-run").join(""))],
    ["its own beginning", encoder.encode(LINES.slice(0, 10).join(""))],
    ["its last record once more", encoder.encode(LINES[39]!)],
  ])("with %s appended is torn there and keeps every record", (_, tail) => {
    const outcome = read(Uint8Array.of(...WHOLE, ...tail));
    expect(outcome).toMatchObject({
      state: "torn",
      recordCount: 40,
      recoveredBytes: WHOLE.length,
      lostBytes: tail.length,
      missing: [],
      damage: { file: 0, atBytes: WHOLE.length },
    });
    expect(outcome.numbers).toEqual(upTo(40));
  });
});

describe("a damaged journal", () => {
  test.each([
    { count: 12, bits: [0, 1, 2, 3, 4, 5, 6, 7] },
    { count: 40, bits: [5] },
  ])("of $count records tells of every flipped bit: a hole, or a torn tail in the last two", ({ count, bits }) => {
    const lines = sampleLines(count);
    const whole = encoder.encode(lines.join(""));
    const all = upTo(count);
    let line = 0;
    for (let at = 0; at < whole.length; at++) {
      for (const bit of bits) {
        const flipped = whole.slice();
        flipped[at]! ^= 1 << bit;
        const { state, numbers, records } = read(flipped);
        const swallowsNext = whole[at] === 0x0a ? 1 : 0;
        const expected = [...all.slice(0, line), ...all.slice(line + 1 + swallowsNext)];
        expect({ at, bit, numbers }).toEqual({ at, bit, numbers: expected });
        expect(state).toBe(line + swallowsNext < count - 1 ? "hole" : "torn");
        if (at % 7 === 0) expectTrueToSource(records, lines);
      }
      if (whole[at] === 0x0a) line++;
    }
  });

  test("of 12 records tells of every second byte replaced, and loses that record alone", () => {
    const lines = sampleLines(12);
    const whole = encoder.encode(lines.join(""));
    for (let at = 0; at < whole.length; at += 2) {
      if (whole[at] === 0x0a) continue;
      for (const byte of [0x00, 0x0a, 0xff]) {
        const changed = whole.slice();
        changed[at] = byte;
        const { state, recordCount, records } = read(changed);
        expect({ at, byte, recordCount }).toEqual({ at, byte, recordCount: 11 });
        expect(state).not.toBe("clean");
        expectTrueToSource(records, lines);
      }
    }
  });

  test.each([
    ["dropped", [...LINES.slice(0, 10), ...LINES.slice(11)], [[10, 10]], without(10)],
    ["dropped at the start", LINES.slice(1), [[0, 0]], without(0)],
    ["doubled", [...LINES.slice(0, 11), ...LINES.slice(10)], [], upTo(40)],
    [
      "swapped with the next",
      [...LINES.slice(0, 10), LINES[11], LINES[10], ...LINES.slice(12)],
      [[10, 10]],
      without(10),
    ],
    [
      "given a carriage return",
      LINES.map((line, n) => (n === 10 ? line.replace("\n", "\r\n") : line)),
      [[10, 10]],
      without(10),
    ],
    [
      "given an upper-case checksum",
      LINES.map((line, n) => (n === 12 ? line.slice(0, 8).toUpperCase() + line.slice(8) : line)),
      [[12, 12]],
      without(12),
    ],
    [
      "replaced by an intact one of a wrong shape",
      LINES.map((line, n) => (n === 10 ? sealedJson({ n, ...sampleEvent(10), level: "loud" }) : line)),
      [[10, 10]],
      without(10),
    ],
  ])("with a record %s is a hole and yields the rest", (_, lines, missing, numbers) => {
    const outcome = read(lines.map((line) => line ?? ""));
    expect(outcome).toMatchObject({ state: "hole", missing });
    expect(outcome.numbers).toEqual(numbers);
    expectTrueToSource(outcome.records);
  });

  test("names each of several holes", () => {
    const lines = LINES.filter((_, n) => n !== 3 && (n < 20 || n > 24));
    expect(read(lines)).toMatchObject({
      state: "hole",
      missing: [
        [3, 3],
        [20, 24],
      ],
      recordCount: 34,
    });
  });

  test("never takes an intact last record of a wrong shape for a torn tail", () => {
    const lines = [...LINES, sealedJson({ n: 40, ...sampleEvent(40), level: "loud" })];
    expect(read(lines)).toMatchObject({ state: "hole", missing: [[40, 40]], recordCount: 40 });
  });

  test("takes nothing from a longer journal of another run behind it", () => {
    const { numbers, records, ...outcome } = read([...LINES.slice(0, 10), ...sampleLines(40, "another-run")]);
    expect(numbers).toEqual(upTo(10));
    expect(outcome).toMatchObject({ state: "hole", missing: [], nextN: 10 });
    expect(records[0]).toMatchObject({ k: "hdr", run: SAMPLE_HEADER.run });
  });

  test("with CRLF throughout holds no valid record", () => {
    expect(read(LINES.join("").replaceAll("\n", "\r\n")).recordCount).toBe(0);
  });
});

describe("a rotated journal", () => {
  const first = sampleLines(5);
  const second = rotated(5, first[4]!.slice(0, 8));
  const third = rotated(10, second[4]!.slice(0, 8));

  test("reads on across its files", () => {
    const { numbers, state } = read(first, second, third);
    expect(state).toBe("clean");
    expect(numbers).toEqual(upTo(15));
  });

  test("without a file in the middle is a hole", () => {
    const { numbers, ...outcome } = read(first, third);
    expect(outcome).toMatchObject({ state: "hole", missing: [[5, 9]], recordCount: 10 });
    expect(numbers).toEqual([...upTo(5), 10, 11, 12, 13, 14]);
  });

  test("with a file that does not follow its predecessor's last checksum takes nothing from it", () => {
    const { numbers, state } = read(first, rotated(5, "00000000"), third);
    expect(state).toBe("hole");
    expect(numbers).toEqual([...upTo(5), 10, 11, 12, 13, 14]);
  });

  test("with a file of another run takes nothing from it", () => {
    const strange = rotated(5, first[4]!.slice(0, 8), "another-run");
    expect(read(first, strange)).toMatchObject({ state: "hole", missing: [], recordCount: 5 });
  });

  test("with strange records behind one file and a damaged header in the next yields what follows", () => {
    const strange = [...first, ...sampleLines(3, "another-run")];
    const { numbers, state } = read(strange, [`x${second[0]}`, ...second.slice(1)]);
    expect(state).toBe("hole");
    expect(numbers).toEqual([...upTo(5), 6, 7, 8, 9]);
  });

  test("torn within the header of its last file names that file", () => {
    expect(read(first, second, third[0]!.slice(0, 50))).toMatchObject({
      state: "torn",
      recordCount: 10,
      damage: { file: 2, atBytes: 0 },
    });
  });

  test("torn within the file before is a hole", () => {
    const torn = [...second.slice(0, 4), second[4]!.slice(0, 20)];
    expect(read(first, torn, third)).toMatchObject({ state: "hole", missing: [[9, 9]], damage: { file: 1 } });
  });

  function rotated(from: number, crc: string, run = SAMPLE_HEADER.run): readonly string[] {
    const previous = { n: from - 1, crc };
    const header = encodeLine({ k: "hdr", fmt: JOURNAL_FORMAT, ...SAMPLE_HEADER, run, previous }, from);
    return [header, ...[1, 2, 3, 4].map((i) => encodeLine(sampleEvent(from + i), from + i))];
  }
});

describe("laws", () => {
  test("chunking makes no difference", () => {
    const damaged = Uint8Array.of(...WHOLE.subarray(0, 900), 0xff, ...WHOLE.subarray(901), ...WHOLE.subarray(0, 25));
    const oneGo = read(damaged);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 }), (sizes) => {
        const reader = new JournalReader();
        const records: NumberedRecord[] = [];
        const chunk = new Uint8Array(400);
        for (let at = 0, i = 0; at < damaged.length; i++) {
          const part = damaged.subarray(at, at + sizes[i % sizes.length]!);
          // One buffer for all chunks, as a file reader may do.
          chunk.set(part);
          records.push(...reader.push(chunk.subarray(0, part.length)));
          at += part.length;
        }
        reader.endFile();
        expect({ ...reader.outcome(), records, numbers: records.map(({ n }) => n) }).toEqual(oneGo);
      }),
      { numRuns: 50 },
    );
  });

  test("any bytes at all are read without a throw, and nothing is made up", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(WHOLE.length), (noise, at) => {
        const { records } = read(Uint8Array.of(...WHOLE.subarray(0, at), ...noise, ...WHOLE.subarray(at)));
        expectTrueToSource(records);
      }),
      { numRuns: 50 },
    );
  });

  test("a record that lacks any one of its fields is refused", () => {
    const { n: _, ...fields } = { n: 0, ...sampleData(0) };
    for (const name of Object.keys(fields)) {
      const body = Object.fromEntries(Object.entries({ n: 1, ...fields }).filter(([key]) => key !== name));
      expect(read([LINES[0]!, sealedJson(body)]).recordCount, name).toBe(1);
    }
  });
});

/** A sealed line of any JSON, such as no version of ours would write. */
function sealedJson(body: object): string {
  const json = JSON.stringify(body);
  return `${crc32(json).toString(16).padStart(8, "0")} ${json}\n`;
}
