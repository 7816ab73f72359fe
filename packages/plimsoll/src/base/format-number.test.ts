import { describe, expect, test } from "vitest";
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatInterval,
  formatLimit,
  formatMs,
  formatPerSec,
  formatRatio,
  significant,
} from "./format-number.ts";

test.each([
  [0, "0"],
  [7, "7"],
  [999, "999"],
  [1000, "1\u202f000"],
  [1234567, "1\u202f234\u202f567"],
  [-1234, "−1\u202f234"],
])("a count of %d groups its digits: %s", (count, text) => expect(formatCount(count)).toBe(text));

test.each([
  [undefined, "–"],
  [Number.NaN, "–"],
  [0, "0 ms"],
  [0.0456, "45.6 µs"],
  [0.9999, "1.00 ms"],
  [1.6045949998897413, "1.60 ms"],
  [45.64, "45.6 ms"],
  [412.3, "412 ms"],
  [999.4, "999 ms"],
  [999.9, "1.00 s"],
  [1234, "1.23 s"],
  [60_000, "60.0 s"],
  [123_456, "123 s"],
])("a latency of %s ms is %s", (ms, text) => expect(formatMs(ms)).toBe(text));

test.each([
  [0, "0 %"],
  [0.000001, "< 0.001 %"],
  [0.00132, "0.132 %"],
  [0.042, "4.2 %"],
  [0.5, "50 %"],
  [0.9996, "> 99.9 %"],
  [1, "100 %"],
  [1.5, "150 %"],
])("a ratio of %d is %s, and 0 % and 100 % only when it is so", (ratio, text) => expect(formatRatio(ratio)).toBe(text));

test.each([
  [0, "0 ms"],
  [2500, "2.5 s"],
  [30_000, "30 s"],
  [59_960, "1 m"],
  [90_000, "1 m 30 s"],
  [120_000, "2 m"],
  [3_900_000, "1 h 5 m"],
  [-2500, "−2.5 s"],
])("%d ms lasts %s", (ms, text) => expect(formatDuration(ms)).toBe(text));

test.each([
  [0, "0/s"],
  [12.345, "12.3/s"],
  [12345, "12\u202f300/s"],
])("a rate of %d is %s", (rate, text) => expect(formatPerSec(rate)).toBe(text));

test.each([
  [0, "0 B"],
  [456, "456 B"],
  [1_234_567, "1.23 MB"],
  [999_999, "1.00 MB"],
])("%d bytes are %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));

test.each([
  [500, "ms", "500 ms"],
  [1000, "ms", "1 s"],
  [1500, "ms", "1.5 s"],
  [0.01, "ratio", "1 %"],
  [50, "perSec", "50/s"],
  [30, "s", "30 s"],
] as const)("a limit of %d %s reads %s, without needless zeros", (value, unit, text) =>
  expect(formatLimit(value, unit)).toBe(text),
);

describe("an interval", () => {
  test("says a common unit once", () => expect(formatInterval(271.3, 304.9, "ms")).toBe("271–305 ms"));
  test("says both units where they differ", () => expect(formatInterval(980, 1200, "ms")).toBe("980 ms – 1.20 s"));
  test("of rates", () => expect(formatInterval(12, 15, "perSec")).toBe("12.0–15.0/s"));
  test("open above is a lower bound", () => expect(formatInterval(760, undefined, "ms")).toBe("≥ 760 ms"));
  test("that is unknown is a dash", () => expect(formatInterval(undefined, undefined, "ms")).toBe("–"));
});

test.each([
  [0.0012345, "0.00123"],
  [0.9996, "1.00"],
  [99.95, "100"],
  [9.995, "9.99"],
  [1e6, "1\u202f000\u202f000"],
])("%d has three significant digits: %s", (value, text) => expect(significant(value)).toBe(text));
