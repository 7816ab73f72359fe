import { describe, expect, test } from "vitest";
import { PlimsollError } from "../../base/errors.ts";
import { parseSpec } from "../../spec/parse-spec.ts";
import type { Spec } from "../../spec/spec.ts";
import { planSearch, type SearchFlags } from "./planned-search.ts";

const OPEN = { steady: { rate: "10/s", for: "1m" } };
const CLOSED = { crowd: { users: 10, for: "1m", think: "2s" } };

function specOf(profiles: object, thresholds: readonly string[] = []): Spec {
  const value = {
    target: "http://127.0.0.1:1",
    tasks: { ask: { get: "/" }, tell: { get: "/t" } },
    profiles,
    thresholds,
  };
  return parseSpec(
    { kind: "value", file: "test", value },
    { env: {}, readFile: () => ({ kind: "problem", message: "none" }) },
  );
}

const planned = (flags: SearchFlags, spec = specOf(OPEN)) => planSearch(spec, { slo: ["p95<500ms"], ...flags }).planned;

function failure(flags: SearchFlags, spec?: Spec): string {
  try {
    planned(flags, spec);
  } catch (error) {
    if (error instanceof PlimsollError && error.code === "USAGE") return error.message;
    throw error;
  }
  throw new Error("expected a refusal");
}

test("a start beyond what may be tried is refused", () => {
  expect(failure({ start: "10/s", maxRate: "5/s" })).toContain("--start lies beyond --max-rate");
  expect(planned({ start: "5/s", maxRate: "5/s" }).startLoad).toBe(5);
});

describe("the promises", () => {
  test("a latency quantile, of all tasks or of one, and a share of errors", () => {
    const { slos } = planned({ slo: ["p95<500ms", "tell p99 < 2s", "errors<1%"] });
    expect(slos).toEqual([
      { expr: "p95<500ms", allowedRatio: 0.05, limitMs: 500 },
      { expr: "tell p99 < 2s", task: "tell", allowedRatio: 0.01, limitMs: 2000 },
      { expr: "errors<1%", allowedRatio: 0.01 },
    ]);
  });

  test("are the spec's own thresholds of that kind when none is given, but not those of one profile", () => {
    const spec = specOf(OPEN, ["p95 < 1s", "errors < 1%", "rps > 5/s", "steady p99 < 2s", "drift < 10%"]);
    expect(planSearch(spec, {}).planned.leftOut?.map(({ expr, why }) => `${expr}: ${why}`)).toEqual([
      "rps > 5/s: only a latency quantile or a share of errors can be searched for",
      "steady p99 < 2s: it is for steady alone, and a search has no such profile",
      "drift < 10%: only a latency quantile or a share of errors can be searched for",
    ]);
    expect(planned({ slo: ["p50<100ms"] }, spec).leftOut).toBeUndefined();
    expect(planSearch(spec, {}).planned.slos.map(({ expr }) => expr)).toEqual(["p95 < 1s", "errors < 1%"]);
    expect(planned({ slo: ["p50<100ms"] }, spec).slos).toHaveLength(1);
  });

  test("without any there is nothing to search the limit of", () => {
    expect(() => planSearch(specOf(OPEN), {})).toThrow("find needs a promise to search the limit of");
  });

  test.each(["rps>5/s", "p95>500ms", "errors<0%", "errors<100%", "drift<10%", "max<1s"])(
    "%s is none that a load can be searched for",
    (slo) => {
      expect(failure({ slo: [slo] })).toContain("is no promise that a load can be searched for");
    },
  );

  test("are counted exactly by the engine", () => {
    expect(planSearch(specOf(OPEN), { slo: ["p95<500ms"] }).slos.map(({ limit }) => limit)).toEqual([500]);
  });
});

describe("rate or users", () => {
  test.each([
    ["rate, for a spec of rates", {}, OPEN, "rate"],
    ["users, for a spec of users", {}, CLOSED, "users"],
    ["what was asked for", { by: "rate" }, CLOSED, "rate"],
    ["rate, where a rate is spoken of", { targetRate: "50/s" }, CLOSED, "rate"],
    ["users, where users are spoken of", { maxUsers: "50" }, OPEN, "users"],
  ] as const)("%s", (_, flags, profiles, expected) => {
    expect(planned(flags, specOf(profiles)).by).toBe(expected);
  });

  test("users think as the spec says, in the table of levels also where the search goes by rate", () => {
    expect(planned({}, specOf(CLOSED))).toMatchObject({ by: "users", thinkMs: 2000, minRequests: 200 });
    expect(planned({ by: "rate" }, specOf(CLOSED))).toMatchObject({ by: "rate", thinkMs: 2000, minRequests: 100 });
    expect(planned({}).thinkMs).toBe(0);
  });

  test.each([
    [{ by: "rate", maxUsers: "5" }, "--max-users does not go with a search by rate"],
    [{ by: "rate", targetUsers: "5" }, "--target-users does not go with a search by rate"],
    [{ by: "users", maxRate: "5/s" }, "--max-rate does not go with a search by users"],
    [{ targetRate: "5/s", targetUsers: "5" }, "--target-users does not go with a search by rate"],
  ] as const)("%j is refused", (flags, expected) => {
    expect(failure(flags)).toBe(expected);
  });
});

describe("loads", () => {
  test("of a rate may be given with or without their unit; of users they are whole", () => {
    expect(planned({ start: "5/s", maxRate: "300/min", targetRate: "4" })).toMatchObject({
      startLoad: 5,
      maxLoad: 5,
      targetLoad: 4,
    });
    expect(planned({ start: "5", targetUsers: "100" })).toMatchObject({ startLoad: 5, targetLoad: 100 });
  });

  test("are left out where nothing was said: the probes tell where to begin, and nothing is the ceiling", () => {
    const { startLoad, maxLoad, targetLoad, levels } = planned({});
    expect([startLoad, maxLoad, targetLoad, levels]).toEqual([undefined, undefined, undefined, undefined]);
  });

  test.each([
    [{ start: "0" }, "--start 0 is no rate"],
    [{ start: "fast" }, "--start fast is no rate"],
    [{ by: "users", start: "1.5" }, "--start 1.5: a whole number"],
    [{ targetRate: "50/s", maxRate: "40/s" }, "--target-rate lies beyond --max-rate"],
    [{ maxUsers: "50", levels: "10,100" }, "--levels 100 lies beyond --max-users"],
  ] as const)("%j is refused", (flags, expected) => {
    expect(failure(flags)).toContain(expected);
  });

  test("levels are a list of users, or none", () => {
    expect(planned({ levels: "100,500, 1000" }).levels).toEqual([100, 500, 1000]);
    expect(planned({ levels: "none" }).levels).toEqual([]);
    for (const levels of ["1,,2", "0", "many"]) expect(failure({ levels })).toContain("--levels");
  });

  test("what lies beyond is looked at unless told not to", () => {
    expect(planned({}).isOverloadTested).toBe(true);
    expect(planned({ overload: false }).isOverloadTested).toBe(false);
  });

  test("whether one load is held is all that is asked: neither what lies beyond, nor a table but one that was asked for", () => {
    expect(planned({ targetRate: "50/s" })).toMatchObject({ isOverloadTested: false, levels: [] });
    expect(planned({ targetUsers: "50" })).toMatchObject({ isOverloadTested: false, levels: [] });
    expect(planned({ targetUsers: "50", levels: "50,100" })).toMatchObject({
      isOverloadTested: false,
      levels: [50, 100],
    });
  });
});

describe("time", () => {
  test.each([
    [undefined, 600_000, 30_000, 10_000],
    ["40m", 2_400_000, 30_000, 10_000],
    ["5m", 300_000, 15_000, 5_000],
    ["1m", 60_000, 10_000, 10_000 / 3],
  ])("a budget of %s: %d ms, steps of %d ms, those of the ramp %d ms", (budget, budgetMs, stepMs, rampStepMs) => {
    expect(planned(budget === undefined ? {} : { budget })).toMatchObject({
      budgetMs,
      stepMs,
      rampStepMs,
      maxWaitForRequestsMs: 4 * stepMs,
    });
  });

  test("a budget too short for a search, or without a unit, is refused", () => {
    expect(failure({ budget: "5s" })).toBe("--budget 5s is too short for a search");
    expect(failure({ budget: "600" })).toBe("--budget 600 is no duration");
  });

  test("a target with a long limit gets steps of five of them, and no looser promise shortens that", () => {
    expect(planned({ slo: ["p95<16s", "p50<1s"] }).limitsPerStep).toBe(5);
    expect(planned({ slo: ["p95<4s"] }).limitsPerStep).toBe(3);
  });
});
