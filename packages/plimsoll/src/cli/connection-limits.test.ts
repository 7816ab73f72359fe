import { describe, expect, test } from "vitest";
import { parseSpec } from "../spec/parse-spec.ts";
import type { Spec } from "../spec/spec.ts";
import type { SpecInput } from "../spec/written-spec.ts";
import { connectionCapOf, limitFaults, type Place } from "./connection-limits.ts";

const UNKNOWN = { openFiles: undefined, ports: undefined, cpuQuotaCores: undefined };
const PORTS = { first: 32_768, last: 60_999 };

function specWith(profile: SpecInput["profiles"][string], more: Partial<SpecInput> = {}): Spec {
  const value = { target: "http://127.0.0.1:1", tasks: { ask: { get: "/" } }, profiles: { crowd: profile }, ...more };
  return parseSpec(
    { kind: "value", file: "test", value },
    { env: {}, readFile: () => ({ kind: "problem", message: "none" }) },
  );
}

function placeWith(limits: Partial<Place["limits"]>, more: Partial<Place> = {}): Place {
  return { limits: { ...UNKNOWN, ...limits }, addressCount: 1, threads: 1, ...more };
}

describe("users, each with a connection", () => {
  test.each([
    [900, 1024, []],
    [960, 1024, []],
    [961, 1024, ["tight"]],
    [1024, 1024, ["tight"]],
    [1025, 1024, ["impossible"]],
    [5000, Number.POSITIVE_INFINITY, []],
  ])("%d with %d open files: %j", (users, openFiles, kinds) => {
    const faults = limitFaults(specWith({ users, for: "1s" }), placeWith({ openFiles }));
    expect(faults.map(({ kind }) => kind)).toEqual(kinds);
  });

  test("each load thread needs some files of its own", () => {
    const kinds = (users: number) =>
      limitFaults(specWith({ users, for: "1s" }), placeWith({ openFiles: 1024 }, { threads: 8 })).map(
        ({ kind }) => kind,
      );
    expect([kinds(890), kinds(891)]).toEqual([[], ["tight"]]);
  });

  test("the message says what is planned and what there is, the hint what to do", () => {
    expect(limitFaults(specWith({ users: 5000, for: "1s" }), placeWith({ openFiles: 1024 }))).toEqual([
      {
        kind: "impossible",
        message: "crowd plans 5\u202f000 users, each with a connection, but this process may open 1\u202f024 files",
        hint: "Raise the limit, such as with `ulimit -n 6024`, or plan fewer users.",
      },
    ]);
  });

  test("more than there are ports are impossible, unless the target has more addresses", () => {
    const spec = specWith({ users: 40_000, for: "1s" });
    const kinds = (addressCount: number) =>
      limitFaults(spec, placeWith({ ports: PORTS }, { addressCount })).map(({ kind }) => kind);
    expect(kinds(1)).toEqual(["impossible"]);
    expect(kinds(2)).toEqual([]);
  });

  test("what the system does not tell stops nobody", () => {
    expect(limitFaults(specWith({ users: 100_000, for: "1s" }), placeWith({}))).toEqual([]);
  });
});

describe("arrivals, who need as many connections as wait for an answer", () => {
  const faults = (spec: Spec, limits: Partial<Place["limits"]>) => limitFaults(spec, placeWith(limits));
  const promising = (rate: string, ...thresholds: string[]) => specWith({ rate, for: "1s" }, { thresholds });

  test("the default cap of 10 000 warns nobody whose answers come in time", () => {
    expect(faults(promising("1000/s", "p95 < 500ms"), { openFiles: 1024, ports: PORTS })).toEqual([]);
    expect(faults(promising("20000/s"), { openFiles: 1_048_576, ports: PORTS })).toEqual([]);
  });

  test("a rate that needs more within the greatest promise than may be open is told so, and never stopped", () => {
    expect(faults(promising("1000/s", "p95 < 500ms", "p99 < 1s"), { openFiles: 1024 })).toEqual([
      {
        kind: "tight",
        message:
          "crowd plans 1\u202f000/s, for which answers that take 1 s, as promised, need 1\u202f000 connections, but this process may open 1\u202f024 files",
        hint: "Raise the limit, such as with `ulimit -n 2024`, or plan a lower rate: arrivals beyond are dropped.",
      },
    ]);
  });

  test("where nothing is promised half a second counts, and never more than the timeout", () => {
    const [fault] = faults(promising("2000/s"), { openFiles: 1024 });
    expect(fault?.message).toContain("for which answers that take 500 ms need 1\u202f000 connections");
    const spec = specWith({ rate: "2000/s", for: "1s" }, { thresholds: ["p95 < 10s"], timeout: "400ms" });
    expect(faults(spec, { openFiles: 1024 })).toEqual([]);
  });

  test.each<[string, Partial<SpecInput>, Partial<Place["limits"]>, RegExp]>([
    ["the cap of the spec", { maxConnections: 100 }, { openFiles: 900 }, /but maxConnections is 100$/],
    ["open files", { maxConnections: 1000 }, { openFiles: 900 }, /this process may open 900 files$/],
    ["local ports", {}, { openFiles: 900, ports: { first: 1, last: 10 } }, /there are 10 local ports/],
  ])("the tightest is named: %s", (_, more, limits, message) => {
    const spec = specWith({ rate: "2000/s", for: "1s" }, more);
    expect(faults(spec, limits).map((fault) => fault.message)).toEqual([expect.stringMatching(message)]);
  });
});

describe("an open loop may hold", () => {
  const cap = (maxConnections: number, openFiles: number | undefined, threads = 1) =>
    connectionCapOf({ maxConnections }, { openFiles, threads });

  test("what the spec says, where as many files may be open", () => {
    const asWritten = { count: 10_000, reason: "connection-cap" };
    expect([cap(10_000, undefined), cap(10_000, Number.POSITIVE_INFINITY), cap(10_000, 10_064)]).toEqual([
      asWritten,
      asWritten,
      asWritten,
    ]);
  });

  test("else what the tool leaves of them, and then the files are what is short", () => {
    expect(cap(10_000, 10_063)).toEqual({ count: 9999, reason: "EMFILE" });
    expect(cap(10_000, 200, 2)).toEqual({ count: 126, reason: "EMFILE" });
    expect(cap(10_000, 20)).toEqual({ count: 1, reason: "EMFILE" });
  });
});
