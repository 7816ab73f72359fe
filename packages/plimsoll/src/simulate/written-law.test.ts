import { describe, expect, test } from "vitest";
import { parseBatchTime, parseDurationLaw, parseErrors, parseLeak, parseStall } from "./written-law.ts";

describe("what is written is read", () => {
  test.each([
    ["20ms", { kind: "fixed", ms: 20 }],
    ["0", { kind: "fixed", ms: 0 }],
    ["fixed 1m30s", { kind: "fixed", ms: 90_000 }],
    ["exponential 100ms", { kind: "exponential", meanMs: 100 }],
    ["lognormal 100ms cv 1.5", { kind: "lognormal", meanMs: 100, cvRatio: 1.5 }],
    ["20", undefined],
    ["gamma 20ms", undefined],
    ["exponential", undefined],
    ["exponential 100ms cv 1", undefined],
    ["lognormal 100ms", undefined],
    ["lognormal 100ms cv -1", undefined],
    ["10000h", undefined],
  ])("service %j", (text, law) => {
    expect(parseDurationLaw(text)).toEqual(law);
  });

  test.each([
    ["50ms+5ms", { baseMs: 50, perItemMs: 5, cvRatio: 0 }],
    ["50ms + 5ms cv 0.1", { baseMs: 50, perItemMs: 5, cvRatio: 0.1 }],
    ["50ms", { baseMs: 50, perItemMs: 0, cvRatio: 0 }],
    ["50+5", undefined],
    ["50ms+5ms+5ms", undefined],
  ])("batch time %j", (text, law) => {
    expect(parseBatchTime(text)).toEqual(law);
  });

  test.each([
    ["2s every 10s", { forMs: 2000, everyMs: 10_000 }],
    ["10s every 10s", undefined],
    ["0 every 10s", undefined],
    ["2s", undefined],
  ])("stall %j", (text, law) => {
    expect(parseStall(text)).toEqual(law);
  });

  test.each([
    ["20%/min", 0.2],
    ["0.05 / min", 0.05],
    ["20%", undefined],
    ["20%/h", undefined],
  ])("leak %j", (text, ratio) => {
    expect(parseLeak(text)).toBe(ratio);
  });

  test("errors are statuses and faults with their shares", () => {
    expect(parseErrors("503 1%, reset 0.5%")).toEqual([
      { ratio: 0.01, outcome: { kind: "status", status: 503 } },
      { ratio: 0.005, outcome: { kind: "fault", fault: "reset" } },
    ]);
  });

  test.each(["503", "200 1%", "explode 1%", "503 60%, 500 50%", "503 1%,", "toString 1%"])(
    "%j are no errors",
    (text) => {
      expect(parseErrors(text)).toBeUndefined();
    },
  );
});
