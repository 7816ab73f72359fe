import { expect, test } from "vitest";
import { parseDurationMs, parseRatePerSec, parseRatio, parseSizeBytes } from "./quantity.ts";

test.each([
  ["500ms", 500],
  ["30s", 30_000],
  ["1m30s", 90_000],
  ["1.5h", 5_400_000],
  ["250us", 0.25],
  ["0", 0],
  ["30", undefined],
  ["", undefined],
  ["30 s", undefined],
  ["s", undefined],
  ["-5s", undefined],
])("the duration %j is %s ms", (text, ms) => expect(parseDurationMs(text)).toBe(ms));

test.each([
  ["50/s", 50],
  ["300/min", 5],
  ["3600/h", 1],
  ["50", undefined],
  ["-1/s", undefined],
])("the rate %j is %s a second", (text, perSec) => expect(parseRatePerSec(text)).toBe(perSec));

test.each([
  ["2MiB", 2_097_152],
  ["64 kB", 64_000],
  ["10", undefined],
])("the size %j is %s bytes", (text, bytes) => expect(parseSizeBytes(text)).toBe(bytes));

test.each([
  ["1%", 0.01],
  ["0.5", 0.5],
  ["x", undefined],
])("the ratio %j is %s", (text, ratio) => expect(parseRatio(text)).toBe(ratio));
