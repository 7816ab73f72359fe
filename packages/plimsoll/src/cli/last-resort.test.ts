import { describe, expect, test } from "vitest";
import { PlimsollError } from "../base/errors.ts";
import { LastResort } from "./last-resort.ts";

/** Tells what was written and done, in order. */
function watched(saveWithinMs = 10_000) {
  const told: string[] = [];
  const resort = new LastResort({
    write: (text) => told.push(text),
    answer: (text) => told.push(`answer ${text}`),
    exit: (code) => told.push(`exit ${code}`),
    saveWithinMs,
  });
  return { resort, told };
}

const gone = () => {
  throw new Error("the terminal is gone");
};

test("a fault that nobody expected is told with its code, then what was measured is saved, then the process ends with 70", async () => {
  const { resort, told } = watched();
  let finish = () => {};
  const saved = new Promise<void>((resolve) => {
    finish = resolve;
  });
  resort.hold({ leave: () => told.push("screen left"), save: () => saved, kept: "It is in results." });
  const fallen = resort.fall(new TypeError("a timer went wrong"));
  await Promise.resolve();
  expect(told).toEqual([
    "screen left",
    expect.stringMatching(/^plimsoll: BUG: TypeError: a timer went wrong\n[\s\S]*please report it/),
  ]);
  finish();
  await fallen;
  expect(told.slice(2)).toEqual(["  It is in results.\n", "exit 70"]);
});

test("a fault with a code of its own keeps its exit code", async () => {
  const { resort, told } = watched();
  await resort.fall(new PlimsollError("WORKER_LOST", "load thread 1 died"));
  expect(told).toEqual([expect.stringContaining("[WORKER_LOST]"), "exit 3"]);
});

test("no secret is told", async () => {
  const { resort, told } = watched();
  resort.hide((text) => text.replaceAll("hunter2", "***"));
  await resort.fall(new Error("no header like Bearer hunter2"));
  expect(told[0]).toContain("no header like Bearer ***");
  expect(told.join()).not.toContain("hunter2");
});

test("what cannot be saved in time, or at all, holds nothing up", async () => {
  const { resort, told } = watched(1);
  resort.hold({ leave: gone, save: () => new Promise(() => {}), kept: "never" });
  resort.hold({ leave: gone, save: () => Promise.reject(new Error("disk full")), kept: "neither" });
  await resort.fall(new Error("first"));
  expect(told.slice(1)).toEqual(["exit 70"]);
});

test("what has been saved by itself is not saved again; what fails meanwhile is not told", async () => {
  const { resort, told } = watched();
  resort.hold({ leave: gone, save: () => Promise.resolve(), kept: "closed before" })();
  await Promise.all([resort.fall(new Error("first")), resort.fall(new Error("second"))]);
  expect(told).toEqual([expect.stringContaining("first"), "exit 70"]);
});

describe("where a JSON document is expected on standard output", () => {
  const answersOf = (told: readonly string[]) =>
    told.filter((text) => text.startsWith("answer ")).map((text) => JSON.parse(text.slice("answer ".length)));
  const place = { file: "a.yaml", line: 3, column: 7 };
  const invalid = new PlimsollError("SPEC_INVALID", "2 problems in a.yaml", {
    problems: [{ message: "unknown key", place, hint: "nearest: weight" }, { message: "no task" }],
  });

  test("a fault is that document, with its code, what to do and every problem", () => {
    const { resort, told } = watched();
    resort.oweAnswer();
    expect(resort.tell(invalid)).toBe(2);
    expect(told[0]).toContain("[SPEC_INVALID]");
    const problems = [
      { message: "unknown key", hint: "nearest: weight", place },
      { message: "no task", hint: null, place: null },
    ];
    const error = {
      code: "SPEC_INVALID",
      message: "2 problems in a.yaml",
      hint: "`plimsoll init` writes a spec that runs.",
    };
    expect(answersOf(told)).toEqual([{ schema: "plimsoll.error/1", exitCode: 2, error: { ...error, problems } }]);
  });

  test("so is one that nobody expected, without its stack and without secrets", async () => {
    const { resort, told } = watched();
    resort.oweAnswer();
    resort.hide((text) => text.replaceAll('hunt"er2', "***"));
    await resort.fall(new TypeError('no header like Bearer hunt"er2'));
    expect(answersOf(told)).toMatchObject([
      { exitCode: 70, error: { code: "BUG", message: "TypeError: no header like Bearer ***" } },
    ]);
  });

  test("there is never a second one", () => {
    const { resort, told } = watched();
    resort.oweAnswer();
    resort.tell(invalid);
    resort.tell(invalid);
    expect(answersOf(told)).toHaveLength(1);
    const answered = watched();
    answered.resort.oweAnswer();
    answered.resort.settleAnswer();
    answered.resort.tell(invalid);
    expect(answersOf(answered.told)).toEqual([]);
  });

  test("elsewhere there is none", () => {
    const { resort, told } = watched();
    resort.tell(invalid);
    expect(answersOf(told)).toEqual([]);
  });
});
