import { describe, expect, test } from "vitest";
import { compileTasks } from "../plan/compiled-task.ts";
import { parseSpec } from "../spec/parse-spec.ts";
import { sendsByClock } from "./sends-by-clock.ts";

const CONSTANT = { constant: "1s" };

function sends(profile: object, ...tasks: readonly object[]): boolean {
  const named = Object.fromEntries(tasks.map((task, index) => [`t${index}`, { get: "/", ...task }]));
  const value = { name: "t", target: "http://127.0.0.1:1", tasks: named, profiles: { p: { ...profile, for: "1s" } } };
  const spec = parseSpec(
    { kind: "value", file: "test", value },
    { env: {}, readFile: () => ({ kind: "problem", message: "none" }) },
  );
  return sendsByClock(spec.profiles[0]!, compileTasks(spec, { resolve: () => "", userAgent: "" }));
}

describe("a phase sends by the clock", () => {
  test("in open loop, whatever its tasks", () => {
    expect(sends({ rate: "10/s" }, {})).toBe(true);
  });

  test("in closed loop where its users think, after one task at least", () => {
    expect(sends({ users: 2, think: CONSTANT }, {})).toBe(true);
    expect(sends({ users: 2 }, {}, { think: CONSTANT })).toBe(true);
  });

  test("and not where every user asks again at once", () => {
    expect(sends({ users: 2 }, {}, {})).toBe(false);
    expect(sends({ users: 2, spawn: "1/s" }, {})).toBe(false);
  });
});
