import { describe, expect, test } from "vitest";
import { parseSpec } from "../spec/parse-spec.ts";
import type { Spec } from "../spec/spec.ts";
import type { SpecInput } from "../spec/written-spec.ts";
import type { KnownCeiling } from "./doctor/known-ceiling.ts";
import { ceilingFaults, unmeasuredNote, wireOf } from "./load-limits.ts";

function specWith(profile: SpecInput["profiles"][string]): Spec {
  const value = { target: "http://127.0.0.1:1", tasks: { ask: { get: "/" } }, profiles: { crowd: profile } };
  return parseSpec(
    { kind: "value", file: "test", value },
    { env: {}, readFile: () => ({ kind: "problem", message: "none" }) },
  );
}

describe("a plan against the ceiling that the doctor saw", () => {
  const CEILING: KnownCeiling = {
    threads: 1,
    requestsPerSec: 10_000,
    best: { threads: 1, requestsPerSec: 10_000 },
    measuredOn: "2026-11-23",
  };
  const faults = (rate: string, ceiling = CEILING) => ceilingFaults(specWith({ rate, for: "1s" }), ceiling);

  test.each([
    ["100/s", []],
    ["6000/s", []],
    ["6001/s", ["tight"]],
    ["10000/s", ["tight"]],
    ["50000/s", ["tight"]],
  ])("%s of 10 000/s: %j", (rate, kinds) => {
    expect(faults(rate).map(({ kind }) => kind)).toEqual(kinds);
  });

  test("near it, the message tells the share; beyond it, what will come of it", () => {
    expect(faults("8000/s")).toEqual([
      {
        kind: "tight",
        message:
          "crowd plans 8\u202f000/s, 80 % of the ceiling: 1 load thread can send at most 10\u202f000/s here (doctor, 2026-11-23); beyond 60 % requests may leave late",
        hint: "A lower rate or another machine; `plimsoll doctor` measures this one again.",
      },
    ]);
    expect(faults("12000/s")[0]?.message).toBe(
      "crowd plans 12\u202f000/s, but 1 load thread can send at most 10\u202f000/s here (doctor, 2026-11-23): expect late requests and an inconclusive run",
    );
  });

  test("the hint names the threads that reached more", () => {
    const best = { threads: 3, requestsPerSec: 25_000 };
    expect(faults("8000/s", { ...CEILING, best })[0]?.hint).toMatch(
      /^Give `--threads 3` \(25\u202f000\/s\), a lower rate/,
    );
  });

  test.each([
    ["http1", false, "6001/s", "at most 10\u202f000/s here"],
    ["http1", true, "3001/s", "some 5\u202f000/s over TLS here"],
    ["undici", false, "2001/s", "some 3\u202f330/s over undici here"],
    ["http2", true, "601/s", "some 1\u202f000/s over HTTP/2 here"],
  ] as const)("%s (TLS: %s) is told from %s on: %s", (transport, isTls, rate, text) => {
    const wire = wireOf(transport, isTls);
    const told = (perSec: string) => ceilingFaults(specWith({ rate: perSec, for: "1s" }), CEILING, wire);
    expect(told(rate)[0]?.message).toContain(text);
    const below = `${Math.floor((0.6 * 10_000) / wire.costFactor)}/s`;
    expect(told(below)).toEqual([]);
  });

  test("the highest stage counts; users never do", () => {
    const stages = [
      { rate: "9000/s", for: "1s" },
      { rate: "10/s", for: "1s" },
    ];
    expect(ceilingFaults(specWith({ stages }), CEILING)).toHaveLength(1);
    expect(ceilingFaults(specWith({ users: 100_000, for: "1s" }), CEILING)).toEqual([]);
  });

  test("where none is known, only a plan that not every machine carries is told so", () => {
    const note = (rate: string, threads: number) => unmeasuredNote(specWith({ rate, for: "1s" }), threads);
    expect([note("5000/s", 1), note("10000/s", 2)]).toEqual([undefined, undefined]);
    expect(note("8000/s", 1)).toMatch(/^crowd plans 8\u202f000\/s; whether .* `plimsoll doctor` measures/);
  });
});
