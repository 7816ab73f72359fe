import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RAW_HEADER, RawLog, type RawRequest } from "./raw-log.ts";

const REQUEST: RawRequest = {
  requestIndex: 1,
  sequence: 7,
  dueMs: 1000,
  sentAtMs: 1000.25,
  firstByteAtMs: 1010.5,
  endedAtMs: 1012.12345,
  status: 200,
  kind: "ok",
  bodyBytes: 64,
};

function logOf(sampleRatio: number, mostRows?: number): RawLog {
  const log = new RawLog({ sampleRatio, taskFields: ["health", '"a ""b"""'] }, mostRows);
  log.begin("spike");
  return log;
}

describe("RawLog", () => {
  test("a request is a row with as many fields as the header has", () => {
    const log = logOf(1);
    log.add(REQUEST);
    const batch = log.drain();
    expect(batch).toEqual({
      text: 'spike,"a ""b""",7,1000.000,1000.250,1010.500,1012.123,200,ok,64\r\n',
      rowCount: 1,
      droppedCount: 0,
    });
    expect(batch?.text.split(",")).toHaveLength(RAW_HEADER.split(",").length);
  });

  test("what there was not is an empty field", () => {
    const log = logOf(1);
    log.add({
      ...REQUEST,
      sentAtMs: Number.NaN,
      firstByteAtMs: Number.NaN,
      status: 0,
      kind: "connect-refused",
      bodyBytes: 0,
    });
    log.add({
      ...REQUEST,
      firstByteAtMs: Number.NaN,
      endedAtMs: Number.NaN,
      status: 0,
      kind: "in-flight",
      bodyBytes: 0,
    });
    expect(log.drain()?.text.split("\r\n").slice(0, 2)).toEqual([
      'spike,"a ""b""",7,1000.000,,,1012.123,,connect-refused,0',
      'spike,"a ""b""",7,1000.000,1000.250,,,,in-flight,0',
    ]);
  });

  test("rows beyond its bound are counted, not kept, until it was drained", () => {
    const log = logOf(1, 3);
    for (let i = 0; i < 10; i++) log.add(REQUEST);
    expect(log.drain()).toMatchObject({ rowCount: 3, droppedCount: 7 });
    expect(log.drain()).toBeUndefined();
    log.add(REQUEST);
    expect(log.drain()).toMatchObject({ rowCount: 1, droppedCount: 0 });
  });

  test("a share of the requests is taken, evenly and without a period", () => {
    const log = logOf(0.1);
    const taken = Array.from({ length: 100_000 }, (_, sequence) => log.takes(sequence));
    expect(taken.filter(Boolean).length).toBeGreaterThan(9800);
    expect(taken.filter(Boolean).length).toBeLessThan(10_200);
    for (const period of [2, 3, 8, 10, 100]) {
      const inStep = taken.filter((isTaken, sequence) => isTaken && sequence % period === 0).length;
      expect(inStep / (10_000 / period)).toBeGreaterThan(0.8);
      expect(inStep / (10_000 / period)).toBeLessThan(1.2);
    }
  });
});

describe("laws", () => {
  test("a share of one takes every request, and a larger share all that a smaller one does", () => {
    const ratio = fc.double({ min: 0.001, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.nat(), ratio, ratio, (sequence, a, b) => {
        expect(logOf(1).takes(sequence)).toBe(true);
        if (logOf(Math.min(a, b)).takes(sequence)) expect(logOf(Math.max(a, b)).takes(sequence)).toBe(true);
      }),
    );
  });
});
