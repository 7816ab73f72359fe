import { describe, expect, test } from "vitest";
import { type Side, Turns } from "./turns.ts";

/** Two sides that run whenever they may; what they did, in order. */
async function play(turns: Turns, phasesUntilGone = Number.POSITIVE_INFINITY): Promise<readonly string[]> {
  const done: string[] = [];
  const run = async (side: Side): Promise<void> => {
    for (let index = 0; await turns.await(side, index); index++) {
      await Promise.resolve();
      done.push(`${side} ${index}`);
      if (side === "next" && index + 1 >= phasesUntilGone) return turns.end();
    }
  };
  await Promise.all([run("base"), run("next")]);
  return done;
}

describe("Turns", () => {
  test("the sides take turns in beginning a pair, and never run at once", async () => {
    expect(await play(new Turns((pairs) => pairs === 3))).toEqual([
      "base 0",
      "next 0",
      "next 1",
      "base 1",
      "base 2",
      "next 2",
    ]);
  });

  test("one pair may be enough, and is whole", async () => {
    expect(await play(new Turns(() => true))).toEqual(["base 0", "next 0"]);
  });

  test("when a side is gone the other does not wait for it", async () => {
    expect(await play(new Turns(() => false), 1)).toEqual(["base 0", "next 0"]);
  });
});
