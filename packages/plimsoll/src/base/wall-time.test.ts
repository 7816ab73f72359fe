import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { epochMsOfIso, isoSecondsOfEpochMs } from "./wall-time.ts";

test.each([
  ["1970-01-01T00:00:00Z", 0],
  ["2026-11-22T19:33:17.250Z", 1795375997250],
  ["2024-02-29T23:59:59.999Z", 1709251199999],
  ["2000-03-01T00:00:00Z", 951868800000],
  ["1969-12-31T23:59:59Z", -1000],
  ["2026-11-22T20:33:17+01:00", 1795375997000],
])("%s is %d ms after 1970", (iso, ms) => expect(epochMsOfIso(iso)).toBe(ms));

test.each(["", "yesterday", "2026-11-22", "2026-11-22T19:33:17"])("%j is no wall time", (text) =>
  expect(epochMsOfIso(text)).toBeUndefined(),
);

test("a fraction of a second is cut off, not rounded", () =>
  expect(isoSecondsOfEpochMs(1795375997999)).toBe("2026-11-22T19:33:17Z"));

describe("laws", () => {
  test("printing and reading agree over a thousand years", () => {
    fc.assert(
      fc.property(fc.integer({ min: -15e9, max: 15e9 }), (seconds) => {
        expect(epochMsOfIso(isoSecondsOfEpochMs(seconds * 1000))).toBe(seconds * 1000);
      }),
    );
  });
});
