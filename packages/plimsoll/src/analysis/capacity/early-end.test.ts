import { describe, expect, test } from "vitest";
import type { PlannedSearch } from "../../records/record.ts";
import { judgeSearch } from "../../verdict/judge-search.ts";
import { capacityReport } from "./capacity-report.ts";
import { askedSearch, finishedSearch, type ImaginedSearch, stationAnswer, statsOf } from "./imagined-search.ts";
import type { NextStep } from "./search-course.ts";

const NOT_FOUND = { kind: "http-4xx", message: "HTTP 404" } as const;
const BUSY = { kind: "http-5xx", message: "HTTP 503" } as const;
const GONE = { kind: "connect-refused", message: "connection refused" } as const;

function searched(target: ImaginedSearch["target"], more: Partial<PlannedSearch> = {}) {
  const stats = statsOf(finishedSearch({ asked: askedSearch(more), seed: 7, limitsMs: [500], target }));
  const report = capacityReport(stats)!;
  return { names: stats.steps.map(({ planned }) => planned.name), report, ...judgeSearch(stats, report) };
}

const failing = (failure: typeof NOT_FOUND | typeof BUSY | typeof GONE) => () => ({ serviceMs: 20, failure });

describe("a target of which nothing succeeds", () => {
  test("ends the search with its first probe, and the answer says why", () => {
    const { names, because, exitCode, reasons, report } = searched(() => failing(NOT_FOUND));
    expect(names).toEqual(["probe: 1 user"]);
    expect(because).toMatch(/^None of \d+ requests of the first look succeeded; most often http-4xx: HTTP 404\.$/);
    expect([exitCode, reasons, report.levels]).toEqual([3, [], []]);
  });

  test("is no missing capacity where a load was asked about: 3, not 1", () => {
    const { because, exitCode } = searched(() => failing(NOT_FOUND), { targetLoad: 20, levels: [] });
    expect(exitCode).toBe(3);
    expect(because).toMatch(
      /^Whether it holds 20\.0\/s within p95<500ms cannot be told: none of \d+ requests .* most often http-4xx: HTTP 404\.$/,
    );
  });

  test("ends it with the first step where no probe was needed", () => {
    const { names, because } = searched(() => failing(BUSY), { startLoad: 30 });
    expect(names).toEqual(["step 1: 30.0/s"]);
    expect(because).toContain("http-5xx: HTTP 503");
  });

  test("but one that refuses what is more than its share is searched as any other", () => {
    const shedding = (): ReturnType<ImaginedSearch["target"]> => {
      let freeMs = 0;
      return ({ dueMs }) => {
        if (dueMs < freeMs) return { serviceMs: 1, failure: BUSY };
        freeMs = dueMs + 100;
        return { serviceMs: 50 };
      };
    };
    const { names, report } = searched(shedding, { budgetMs: 60_000 });
    expect(report.early).toBeUndefined();
    expect(names.length).toBeGreaterThan(2);
  });
});

describe("a target that breaks off in the middle", () => {
  const dyingAt = (step: number): ImaginedSearch["target"] => {
    let count = 0;
    return ({ purpose }: NextStep) => {
      if (purpose === "search") count++;
      return count >= step ? failing(GONE) : stationAnswer(8, 100);
    };
  };

  test("is told by name and moment after the second step without a success, with what was known", () => {
    const { names, because, exitCode } = searched(dyingAt(9));
    expect(names).toHaveLength(2 + 10);
    expect(because).toMatch(
      /^The target broke off at .+: none of [\d\s]+ requests from step 9: .+ on succeeded; most often connect-refused: connection refused\. So far the capacity looks like \d/,
    );
    expect(exitCode).toBe(3);
  });

  test("at its first step already, after a probe that was well", () => {
    const { names, because } = searched(dyingAt(1), { targetLoad: 60, levels: [] });
    expect(names).toHaveLength(2 + 2);
    expect(because).toMatch(/cannot be told: the target broke off at .+ step 1: /);
  });

  test("a single step without a success says nothing of it: the next succeeds", () => {
    let count = 0;
    const { report } = searched(({ purpose }) => {
      if (purpose === "search") count++;
      return count === 9 ? failing(BUSY) : stationAnswer(8, 100);
    });
    expect(report.early).toBeUndefined();
  });
});

describe("a target that is too slow for a single user", () => {
  const slow: ImaginedSearch["target"] = () => () => ({ serviceMs: 700 });

  test("is told after the first probe", () => {
    const { names, because, reasons } = searched(slow);
    expect(names).toEqual(["probe: 1 user"]);
    expect(because).toMatch(/^Even a single user gets p95 (69|70)\d ms: no load keeps p95<500ms\.$/);
    expect(reasons).toEqual([]);
  });

  test("does not hold a load that was asked about: 1", () => {
    const { exitCode, because } = searched(slow, { targetLoad: 2, levels: [] });
    expect([exitCode, because]).toEqual([
      1,
      expect.stringMatching(/^Does not hold 2\.00\/s within p95<500ms: even a single user gets p95 (69|70)\d ms\.$/),
    ]);
  });

  test("a cold start is waited out: the first two requests of a probe do not decide", () => {
    const { names } = searched(
      () => {
        let count = 0;
        return () => ({ serviceMs: ++count <= 2 ? 1200 : 80 });
      },
      { budgetMs: 60_000 },
    );
    expect(names.length).toBeGreaterThan(2);
  });
});

describe("a promise that errors break", () => {
  test("a finding tells how much of it they are, and the most frequent", () => {
    const station = (): ReturnType<ImaginedSearch["target"]> => {
      const ends: number[] = [];
      return ({ dueMs, random }) => {
        while (ends.length > 0 && ends[0]! <= dueMs) ends.shift();
        if (ends.length >= 8) return { serviceMs: 1, failure: BUSY };
        const endMs = dueMs + random.nextExponential(100);
        ends.push(endMs);
        ends.sort((a, b) => a - b);
        return { serviceMs: endMs - dueMs };
      };
    };
    const { findings } = searched(station, { levels: [] });
    expect(findings).toEqual([
      expect.objectContaining({
        code: "FAILS_AT_LIMIT",
        message: expect.stringMatching(
          /^Of the bad requests beside the limit (9\d(\.\d)?|100) % failed, most often http-5xx: HTTP 503\.$/,
        ),
      }),
    ]);
  });

  test("one that waiting breaks has no such finding", () => {
    expect(searched(() => stationAnswer(8, 100), { levels: [] }).findings).toEqual([]);
  });

  test("already at the first step it takes the place of the advice to begin lower", () => {
    let count = 0;
    const { because } = searched(() => () => ({ serviceMs: 20, ...(++count % 4 === 0 ? {} : { failure: BUSY }) }), {
      startLoad: 30,
      levels: [],
    });
    expect(because).toMatch(/^Already 30\.0\/s is too much .* most often http-5xx: HTTP 503\.$/);
    expect(because).not.toContain("--start");
  });
});
