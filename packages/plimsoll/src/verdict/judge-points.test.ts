import { describe, expect, test } from "vitest";
import type { ForeignResult, ForeignTask } from "../analysis/foreign-result.ts";
import { judgePoints } from "./judge-points.ts";
import { sampleThreshold } from "./threshold-sample.ts";

const TASK: ForeignTask = {
  name: "/embed",
  method: "POST",
  requests: 1000,
  failures: 5,
  requestsPerSec: 20,
  failuresPerSec: 0.1,
  quantilesMs: [
    { ratio: 0.5, ms: 200 },
    { ratio: 0.95, ms: 490 },
  ],
  meanMs: 220,
  minMs: 4.5,
  maxMs: 1300,
};

const RESULT: ForeignResult = {
  source: "locust-csv",
  name: "ramp_up",
  startedAt: undefined,
  durationMs: 50_000,
  tasks: [TASK, { ...TASK, name: "Aggregated", method: "" }],
  thresholds: [],
  rounding: "locust-buckets",
  notes: ["The last second is missing."],
};

const P95 = { kind: "quantile", ratio: 0.95 } as const;

describe("judgePoints", () => {
  test.each([
    [sampleThreshold(P95, 500), "pass"],
    [sampleThreshold(P95, 490), "fail"],
    [sampleThreshold(P95, 490, { op: "<=" }), "pass"],
    [sampleThreshold({ kind: "errors" }, 0.01), "pass"],
    [sampleThreshold({ kind: "errors" }, 0.005), "fail"],
    [sampleThreshold({ kind: "rps" }, 19.8, { op: ">" }), "pass"],
    [sampleThreshold({ kind: "rps" }, 20, { op: ">=" }), "fail"],
    [sampleThreshold({ kind: "max" }, 1000), "fail"],
    [sampleThreshold({ kind: "mean" }, 300, { task: "/embed" }), "pass"],
  ])("$expr ($task) → %s by the point", (threshold, verdict) => {
    expect(judgePoints(RESULT, [threshold]).verdict).toBe(verdict);
  });

  test("a percentile that the file lacks is inconclusive and names those it has", () => {
    const judgement = judgePoints(RESULT, [sampleThreshold({ kind: "quantile", ratio: 0.99 }, 500)]);
    expect(judgement).toMatchObject({ verdict: "inconclusive", exitCode: 3 });
    expect(judgement.thresholds[0]?.why).toBe("The file does not tell p99; it has p50, p95.");
  });

  test("a value within half of Locust's bucket of the limit says so", () => {
    const [near] = judgePoints(RESULT, [sampleThreshold(P95, 494)]).thresholds;
    expect(near?.why).toMatch(/Locust rounds percentiles.*within 5 ms/);
    const [exact] = judgePoints({ ...RESULT, rounding: "none" }, [sampleThreshold(P95, 494)]).thresholds;
    expect(exact?.why).not.toMatch(/Locust/);
  });

  test("an unknown task names those that the file has", () => {
    const [judged] = judgePoints(RESULT, [sampleThreshold(P95, 500, { task: "/health" })]).thresholds;
    expect(judged).toMatchObject({ verdict: "inconclusive", observed: undefined });
    expect(judged?.why).toBe('The file holds no "/health"; it has "/embed", "Aggregated".');
  });

  test("a file with one row needs no total", () => {
    expect(judgePoints({ ...RESULT, tasks: [TASK] }, [sampleThreshold(P95, 500)]).verdict).toBe("pass");
  });

  test("no requests never pass, nor do times of requests that all failed", () => {
    const none = { ...RESULT, tasks: [{ ...TASK, requests: 0, failures: 0 }] };
    expect(judgePoints(none, [sampleThreshold(P95, 500)]).verdict).toBe("inconclusive");
    expect(judgePoints(none, []).verdict).toBe("inconclusive");
    const refused = { ...RESULT, tasks: [{ ...TASK, failures: 1000 }] };
    expect(judgePoints(refused, [sampleThreshold(P95, 500)]).verdict).toBe("fail");
  });

  describe("a percentile of which more failed than it leaves over lies among the failures", () => {
    const judged = (failures: number, threshold = sampleThreshold(P95, 500)) =>
      judgePoints({ ...RESULT, tasks: [{ ...TASK, failures }] }, [threshold]).thresholds[0];

    test("and fails, whatever the file says of it, with the reason", () => {
      expect(judged(80)).toMatchObject({
        verdict: "fail",
        observed: { value: 500, isBeyond: true, failedRatio: 0.08, n: 1000 },
        why: "80 of 1\u202f000 requests (8 %) failed; 5 % allowed. A failed request counts as slower than any answer, so p95 lies among the failures; the file's own, 490 ms, does not count them so.",
      });
      expect(judged(80, sampleThreshold(P95, 400))?.observed).toMatchObject({ value: 490, isBeyond: true });
    });

    test("as it does where the file does not tell that percentile at all", () => {
      const p99 = sampleThreshold({ kind: "quantile", ratio: 0.99 }, 500);
      expect(judged(11, p99)).toMatchObject({
        verdict: "fail",
        why: expect.stringMatching(/so p99 lies among the failures\.$/),
      });
      expect(judged(10, p99)?.verdict).toBe("inconclusive");
    });

    test("just as many as it leaves over decide nothing", () => {
      expect(judged(50)).toMatchObject({ verdict: "pass", observed: { value: 490 } });
      expect(judged(50)?.observed).not.toHaveProperty("isBeyond");
      expect(judged(51)?.verdict).toBe("fail");
    });

    test("nothing is known of failures that the file does not count", () => {
      const untold = { ...TASK, failures: undefined };
      expect(judgePoints({ ...RESULT, tasks: [untold] }, [sampleThreshold(P95, 500)]).verdict).toBe("pass");
    });

    test("which is what a promise of at least so long asks for", () => {
      expect(judged(80, sampleThreshold(P95, 600, { op: ">" }))?.verdict).toBe("pass");
    });
  });

  test("without thresholds it passes when requests succeeded and fails when none did", () => {
    expect(judgePoints(RESULT, [])).toMatchObject({
      verdict: "pass",
      because: "995 of 1\u202f000 requests of ramp_up succeeded.",
    });
    expect(judgePoints({ ...RESULT, tasks: [{ ...TASK, failures: 1000 }] }, []).verdict).toBe("fail");
  });

  test("the tool's own thresholds count; one without data is inconclusive", () => {
    const own = (isMet: boolean | undefined) => ({
      ...RESULT,
      thresholds: [{ expr: "http_req_duration p(95)<500", isMet }],
    });
    expect([true, false, undefined].map((isMet) => judgePoints(own(isMet), []).verdict)).toEqual([
      "pass",
      "fail",
      "inconclusive",
    ]);
    expect(judgePoints(own(true), []).thresholds[0]).toMatchObject({ limit: 500, unit: "ms" });
  });

  test("no course of time, no windows", () => {
    const [judged] = judgePoints(RESULT, [sampleThreshold(P95, 500, { windowMs: 30_000 })]).thresholds;
    expect(judged?.verdict).toBe("inconclusive");
  });

  test("notes of the import are findings", () => {
    expect(judgePoints(RESULT, []).findings[0]).toMatchObject({
      code: "import-note",
      message: "The last second is missing.",
    });
  });
});
