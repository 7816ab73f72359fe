import { expect, test } from "vitest";
import type { RunEnd } from "../../plimsoll/src/analysis/run-stats.ts";
import { reportDataOf } from "../../plimsoll/src/report/html-data.ts";
import { sampleReport } from "../../plimsoll/src/report/report-sample.ts";
import { amountSpan, amountText, changeText, compactNumber, fieldText, keptTogether, lengthText } from "./words.ts";

test.each<[RunEnd, string]>([
  [{ kind: "complete", atMs: 90_000 }, "1 m 30 s"],
  [{ kind: "damaged", atMs: 90_000 }, "1 m 30 s, journal damaged"],
  [{ kind: "aborted", atMs: 90_000, why: "p95 failed." }, "1 m 30 s, stopped early: p95 failed."],
  [{ kind: "interrupted", atMs: 90_000, signal: undefined }, "1 m 30 s, interrupted"],
  [{ kind: "interrupted", atMs: 90_000, signal: "SIGINT" }, "1 m 30 s, interrupted by SIGINT"],
  [{ kind: "interrupted", atMs: 90_000, signal: "page" }, "1 m 30 s, stopped at the page"],
])("how a run ended is told with its length: %j", (end, text) => {
  expect(lengthText({ ...reportDataOf(sampleReport()).run, end })).toBe(text);
});

test.each([
  ["users", 41.63, 38.5, 45, "41.6 users", "38.5–45 users"],
  ["users", 40, undefined, 45, "40 users", "≤ 45 users"],
  ["users", 40, 38, undefined, "40 users", "≥ 38 users"],
  ["rate", 120, 110, 125, "120/s", "110–125/s"],
  ["rate", 120, undefined, undefined, "120/s", ""],
] as const)("a load by %s is told in its own unit, and so is its interval", (by, value, low, high, text, span) => {
  expect([amountText(value, by), amountSpan(low, high, by)]).toEqual([text, span]);
});

test.each([
  [0.12, "%", "+12 %"],
  [-0.0342, "%", "−3.42 %"],
  [0.9999, "%", "+100 %"],
  [2.5, "%", "+250 %"],
  [0.021, "pt", "+2.1 pt"],
  [0.121, "", "+12.1"],
  [0, "%", "±0 %"],
  [-0.000001, "%", "±0 %"],
  [undefined, "%", "–"],
  [Number.POSITIVE_INFINITY, "%", "–"],
] as const)("a change of %s (%s) is %s", (ratio, unit, text) => expect(changeText(ratio, unit)).toBe(text));

test.each([
  [100 / 60, "1.66667"],
  [0.1 + 0.2, "0.3"],
  [50, "50"],
  [1_000_000, "1000000"],
])("%s stands in a field as %s", (value, text) => expect(fieldText(value)).toBe(text));

test.each([
  [0, "0"],
  [0.25, "0.25"],
  [99_999, "100\u202f000"],
  [123_456, "123 k"],
  [1_500_000, "1.5 M"],
  [2.5e9, "2.5 G"],
])("%d on an axis is %s, never longer than eight characters", (value, text) => {
  expect(compactNumber(value)).toBe(text);
  expect(text.length).toBeLessThanOrEqual(8);
});

test.each([
  ["3.88 % took longer than 1 s", "3.88_% took longer than 1_s"],
  ["69.1 req/s within 500 ms, 1 m 30 s", "69.1_req/s within 500_ms, 1_m 30_s"],
  ["main 0.4 % · load-0 1.15 %", "main 0.4_%_· load-0 1.15_%"],
  ["2 sheep, 5 men, task 7 mside", "2 sheep, 5 men, task 7 mside"],
])("%s: no line ends between a number and its unit, and none begins with a dot", (text, kept) => {
  expect(keptTogether(text).replaceAll("\u00a0", "_")).toBe(kept);
});
