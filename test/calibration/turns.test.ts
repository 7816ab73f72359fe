import { describe, expect, test } from "vitest";
import { chanceOf, judgeTurns } from "./turns.ts";

/** `.` fit, `d` degraded, `x` invalid; healthy and faulty target by turns. */
function turnsOf(healths: string) {
  const words: Readonly<Record<string, string>> = { ".": "ok", d: "degraded", x: "invalid" };
  return judgeTurns([...healths].map((health) => words[health]!));
}

describe("runs by turns", () => {
  test("are clear where the generator was fit with the faulty target, whatever it was beside it", () => {
    expect(turnsOf("....x.d")).toEqual({
      ...{ clear: 3, suspected: 0, suspectedInvalid: 0, undecided: 0, mirrored: 1, suspectedInRow: 0 },
    });
  });

  test("lay on the faulty target what happened with it alone, degraded or invalid", () => {
    expect(turnsOf(".d.x...")).toEqual({
      ...{ clear: 1, suspected: 2, suspectedInvalid: 1, undecided: 0, mirrored: 0, suspectedInRow: 2 },
    });
    expect(turnsOf(".x...x.x.x.")).toMatchObject({ suspected: 4, suspectedInRow: 3 });
  });

  test("decide nothing where the healthy target fared alike", () => {
    expect(turnsOf(".xx..xd")).toMatchObject({ clear: 1, suspected: 0, undecided: 2, mirrored: 0 });
  });
});

test("a few lonely runs are chance, seven of seven are not", () => {
  expect(chanceOf(0, 0)).toBe(1);
  expect(chanceOf(2, 1)).toBe(0.5);
  expect(chanceOf(3, 3)).toBeCloseTo(42 / 64);
  expect(chanceOf(7, 0)).toBeCloseTo(1 / 128);
});
