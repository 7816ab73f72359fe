/** What is tried again, and what never is. */
import { describe, expect, test } from "vitest";
import { type Fitness, type Judged, mayBeLeftOut, type Skippable, untilFit } from "./until-fit.ts";

class LeftOut extends Error {}

const CONTEXT: Skippable = {
  task: { name: "imagined" },
  skip: (why) => {
    throw new LeftOut(why);
  },
};

/** Runs with these healths, one after the other, the last one again and again. */
function runs(...healths: readonly string[]) {
  const made = { count: 0, rests: 0 };
  const next = async (): Promise<Judged> => {
    const health = healths[Math.min(made.count++, healths.length - 1)]!;
    return { measured: { generator: { health, reasons: health === "ok" ? [] : [`${health} it was.`] } } };
  };
  const rest = async () => void made.rests++;
  return { made, try: (fitness: Fitness = {}) => untilFit(CONTEXT, next, { mayLeaveOut: false, rest, ...fitness }) };
}

describe("a run whose generator was not fit", () => {
  test("is made again after a rest, up to six times", async () => {
    const { made, ...attempt } = runs("invalid", "degraded", "ok");
    expect(await attempt.try()).toMatchObject({ tries: 3, measured: { generator: { health: "ok" } } });
    expect(made).toEqual({ count: 3, rests: 2 });
    const last = runs("invalid", "invalid", "invalid", "invalid", "invalid", "ok");
    expect(await last.try()).toMatchObject({ tries: 6 });
  });

  test("fails the test with what it was short of, where it never is", async () => {
    const { made, ...attempt } = runs("invalid");
    await expect(attempt.try()).rejects.toThrow(/unfit 6 times: invalid it was\./);
    expect(made.count).toBe(6);
  });

  test("leaves the test out, which is no pass, where that may be", async () => {
    await expect(runs("invalid").try({ mayLeaveOut: true })).rejects.toBeInstanceOf(LeftOut);
  });

  test("may be one that was degraded, where the test says so", async () => {
    const isFit = (health: string) => health !== "invalid";
    expect(await runs("degraded").try({ isFit })).toMatchObject({ tries: 1 });
  });
});

test("a wrong figure is never tried again", async () => {
  let count = 0;
  const wrong = untilFit(
    CONTEXT,
    async (): Promise<Judged> => {
      count++;
      throw new Error("sent 99, counted 100");
    },
    { mayLeaveOut: true },
  );
  await expect(wrong).rejects.toThrow("sent 99, counted 100");
  expect(count).toBe(1);
});

test("only the short lane on fewer than four cores may leave a test out", () => {
  const allowed = [false, true].flatMap((isLongLane) =>
    [1, 2, 3, 4, 16].filter((coreCount) => mayBeLeftOut({ isLongLane, coreCount })).map((n) => [isLongLane, n]),
  );
  expect(allowed).toEqual([
    [false, 1],
    [false, 2],
    [false, 3],
  ]);
});
