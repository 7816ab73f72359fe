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

  test("nobody begins before both are there", async () => {
    const turns = new Turns(() => true);
    let hasBegun = false;
    const base = turns.await("base", 0).then((mayRun) => {
      hasBegun = mayRun;
    });
    await new Promise(setImmediate);
    expect(hasBegun).toBe(false);
    const next = turns.await("next", 0);
    await base;
    expect(hasBegun).toBe(true);
    turns.end();
    expect(await next).toBe(false);
  });

  test("a side that waits is let go when the other never comes", async () => {
    const turns = new Turns(() => true);
    const base = turns.await("base", 0);
    turns.end();
    expect(await base).toBe(false);
    expect(await turns.await("next", 0)).toBe(false);
  });

  test("when a side is gone the other does not wait for it", async () => {
    expect(await play(new Turns(() => false), 1)).toEqual(["base 0", "next 0"]);
  });
});
