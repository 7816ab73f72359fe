import { describe, expect, test } from "vitest";
import { numbersOf } from "./start-form.tsx";

describe("the numbers of a start", () => {
  test("what was not touched, or was emptied, is left to the spec", () => {
    expect(numbersOf({})).toEqual({});
    expect(numbersOf({ users: " ", duration: "" })).toEqual({});
  });

  test("numbers and durations are read as they are written", () => {
    expect(numbersOf({ users: "50", spawnPerSec: "2.5", duration: "1m 30s" })).toEqual({
      users: 50,
      spawnPerSec: 2.5,
      durationMs: 90_000,
    });
  });

  test.each([
    [{ ratePerSec: "fast" }, "fast is no number."],
    [{ ratePerSec: "Infinity" }, "Infinity is no number."],
    [{ duration: "soon" }, "soon is no duration; write it as 90s, 2m or 1m30s."],
  ])("%j is told", (edits, fault) => {
    expect(numbersOf(edits)).toBe(fault);
  });
});
