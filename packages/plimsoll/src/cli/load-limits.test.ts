import { describe, expect, test } from "vitest";
import { parseSpec } from "../spec/parse-spec.ts";
import type { Spec } from "../spec/spec.ts";
import type { SpecInput } from "../spec/written-spec.ts";
import type { MachineLimits } from "./doctor/machine-limits.ts";
import { limitFaults } from "./load-limits.ts";

const UNKNOWN: MachineLimits = { openFiles: undefined, ports: undefined, cpuQuotaCores: undefined };
const PORTS = { first: 32_768, last: 60_999 };

function specWith(profile: SpecInput["profiles"][string]): Spec {
  const value = { target: "http://127.0.0.1:1", tasks: { ask: { get: "/" } }, profiles: { crowd: profile } };
  return parseSpec(
    { kind: "value", file: "test", value },
    { env: {}, readFile: () => ({ kind: "problem", message: "none" }) },
  );
}

describe("before a run", () => {
  test.each([
    [900, 1024, []],
    [961, 1024, ["tight"]],
    [1024, 1024, ["tight"]],
    [1025, 1024, ["impossible"]],
    [5000, Number.POSITIVE_INFINITY, []],
  ])("%d users with %d open files: %j", (users, openFiles, kinds) => {
    const faults = limitFaults(specWith({ users, for: "1s" }), { ...UNKNOWN, openFiles }, 1);
    expect(faults.map(({ kind }) => kind)).toEqual(kinds);
  });

  test("the message says what is planned and what there is, the hint what to do", () => {
    expect(limitFaults(specWith({ users: 5000, for: "1s" }), { ...UNKNOWN, openFiles: 1024 }, 1)).toEqual([
      {
        kind: "impossible",
        message: "crowd plans 5\u202f000 users, each with a connection, but this process may open 1\u202f024 files",
        hint: "Raise the limit, such as with `ulimit -n 6024`, or plan fewer users.",
      },
    ]);
  });

  test("more users than ports are impossible, unless the target has more addresses", () => {
    const spec = specWith({ users: 40_000, for: "1s" });
    const kinds = (addressCount: number) =>
      limitFaults(spec, { ...UNKNOWN, ports: PORTS }, addressCount).map(({ kind }) => kind);
    expect(kinds(1)).toEqual(["impossible"]);
    expect(kinds(2)).toEqual([]);
  });

  test("what the system does not tell stops nobody", () => {
    expect(limitFaults(specWith({ users: 100_000, for: "1s" }), UNKNOWN, 1)).toEqual([]);
  });
});
