import { describe, expect, test } from "vitest";
import { oneResult } from "./one-result.fixture.ts";

const trend = { avg: 120.5, min: 10, med: 100, max: 900, "p(90)": 300, "p(95)": 400, "p(99.9)": 800 };
const none = { avg: 0, min: 0, med: 0, max: 0, "p(90)": 0, "p(95)": 0 };

const shapeA = {
  root_group: { groups: [], checks: [] },
  options: { summaryTrendStats: ["avg"] },
  state: { testRunDurationMs: 10_000 },
  metrics: {
    http_req_duration: {
      type: "trend",
      contains: "time",
      values: trend,
      thresholds: { "p(95)<500": { ok: true }, "p(90)<200": { ok: false } },
    },
    "http_req_duration{name:embed}": { type: "trend", contains: "time", values: { ...trend, med: 90 } },
    "http_req_duration{expected_response:true}": { type: "trend", contains: "time", values: { ...trend, med: 1 } },
    http_req_failed: {
      type: "rate",
      contains: "default",
      values: { rate: 0.1, passes: 10, fails: 90 },
      thresholds: { "rate<0.2": { ok: true } },
    },
    http_reqs: { type: "counter", contains: "default", values: { count: 100, rate: 10 } },
    "http_req_duration{name:never}": {
      type: "trend",
      contains: "time",
      values: none,
      thresholds: { "p(95)<500": { ok: true } },
    },
  },
};

const shapeB = {
  root_group: { groups: {}, checks: {} },
  metrics: {
    http_req_duration: { ...trend, thresholds: { "p(95)<500": false, "p(90)<200": true } },
    http_req_failed: { value: 0.1, passes: 10, fails: 90 },
    http_reqs: { count: 100, rate: 10 },
    quiet: { ...none, thresholds: { "p(95)<1": false } },
  },
};

const shapeC = {
  version: "1.0.0",
  config: { duration: 10, execution: "local", script: "export default () => {}" },
  metadata: { k6_version: "1.8.1" },
  results: {
    metrics: [
      {
        name: "http_req_duration",
        type: "trend",
        contains: "time",
        values: { avg: 120.5, min: 10, med: 100, max: 900, p90: 300, p95: 400, "p(99)": null },
      },
      { name: "http_req_failed", type: "rate", contains: "default", values: { matches: 10, total: 100, rate: 0.1 } },
      { name: "http_reqs", type: "counter", contains: "default", values: { count: 100 } },
    ],
  },
};

const parse = (value: object) => oneResult("k6.json", JSON.stringify(value));

describe("all three shapes", () => {
  test.each([
    ["A, handleSummary", shapeA],
    ["B, --summary-export", shapeB],
    ["C, machine-readable", shapeC],
  ])("%s gives the same figures", (_, value) => {
    const total = parse(value).tasks.at(-1)!;
    expect(total).toMatchObject({
      name: "Aggregated",
      requests: 100,
      failures: 10,
      requestsPerSec: 10,
      meanMs: 120.5,
      minMs: 10,
      maxMs: 900,
    });
    expect(total.quantilesMs.slice(0, 3)).toEqual([
      { ratio: 0.5, ms: 100 },
      { ratio: 0.9, ms: 300 },
      { ratio: 0.95, ms: 400 },
    ]);
  });
});

test("shape A: ok means met", () =>
  expect(parse(shapeA).thresholds.slice(0, 2)).toEqual([
    { expr: "http_req_duration p(95)<500", isMet: true },
    { expr: "http_req_duration p(90)<200", isMet: false },
  ]));

test("shape B: true means failed", () =>
  expect(parse(shapeB).thresholds.slice(0, 2)).toEqual([
    { expr: "http_req_duration p(95)<500", isMet: true },
    { expr: "http_req_duration p(90)<200", isMet: false },
  ]));

test("a threshold on a metric without samples has no data, whatever k6 says", () => {
  expect(parse(shapeA).thresholds.at(-1)).toEqual({
    expr: "http_req_duration{name:never} p(95)<500",
    isMet: undefined,
  });
  expect(parse(shapeB).thresholds.at(-1)).toEqual({ expr: "quiet p(95)<1", isMet: undefined });
});

test("a run without HTTP requests has no times, not zeros", () => {
  const value = {
    ...shapeA,
    metrics: { http_req_duration: { type: "trend", values: none, thresholds: { "p(95)<500": { ok: true } } } },
  };
  const result = parse(value);
  expect(result.tasks).toEqual([expect.objectContaining({ requests: 0, quantilesMs: [], meanMs: undefined })]);
  expect(result.thresholds).toEqual([{ expr: "http_req_duration p(95)<500", isMet: undefined }]);
  expect(result.notes.join()).toContain("no data");
});

test("tagged metrics are tasks; the one of expected responses is not, for it hides the failures", () =>
  expect(parse(shapeA).tasks.map((task) => task.name)).toEqual(["embed", "never", "Aggregated"]));

test("99.9 is the ratio 0.999 exactly", () =>
  expect(parse(shapeA).tasks.at(-1)?.quantilesMs.at(-1)).toEqual({ ratio: 0.999, ms: 800 }));
