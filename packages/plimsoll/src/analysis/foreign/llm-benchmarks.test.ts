import { describe, expect, test } from "vitest";
import { oneResult } from "./one-result.fixture.ts";
import { parseForeignRuns } from "./sniff.ts";

const vllm = {
  date: "20260101-000000",
  endpoint_type: "openai",
  label: "base",
  num_prompts: 100,
  duration: 20,
  completed: 98,
  failed: 2,
  request_throughput: 4.9,
  mean_ttft_ms: 50,
  median_ttft_ms: 45,
  p99_ttft_ms: 120,
  mean_e2el_ms: 800,
  median_e2el_ms: 700,
  p50_e2el_ms: 700,
  "p99.9_e2el_ms": 1500,
  latencies: [0.5, 0],
};
const parse = (value: unknown) => oneResult("x.json", JSON.stringify(value));

describe("vLLM", () => {
  test("end-to-end latency is the total, streaming metrics are rows", () => {
    const result = parse(vllm);
    expect(result.tasks.map((task) => task.name)).toEqual(["ttft", "Aggregated"]);
    expect(result.tasks[0]).toMatchObject({
      meanMs: 50,
      quantilesMs: [
        { ratio: 0.5, ms: 45 },
        { ratio: 0.99, ms: 120 },
      ],
    });
    expect(result.tasks[1]).toMatchObject({
      requests: 100,
      failures: 2,
      requestsPerSec: 5,
      meanMs: 800,
      quantilesMs: [
        { ratio: 0.5, ms: 700 },
        { ratio: 0.999, ms: 1500 },
      ],
    });
  });

  test("without percentiles of it, single latencies are taken, failed slots (0 s) left out", () => {
    const { mean_e2el_ms, median_e2el_ms, p50_e2el_ms, "p99.9_e2el_ms": p999, ...rest } = vllm;
    expect(parse({ ...rest, latencies: [0.1, 0, 0.3] }).tasks.at(-1)).toMatchObject({
      minMs: 100,
      maxMs: 300,
      meanMs: 200,
    });
  });

  test("a pooling run does not tell its failures: they are unknown, not 0", () => {
    const { failed, ...rest } = vllm;
    expect(parse(rest).tasks.at(-1)?.failures).toBeUndefined();
  });

  test("appended results are several runs", () => {
    const text = `${JSON.stringify(vllm)}\n${JSON.stringify({ ...vllm, label: "new" })}\n`;
    expect(parseForeignRuns("x.json", text).map((run) => run.name)).toEqual([
      "x.json line 1 (base)",
      "x.json line 2 (new)",
    ]);
  });
});

test("guidellm: seconds become ms, p001 is the 0.1th percentile, unfinished requests are told", () => {
  const latency = {
    successful: { mean: 0.5, min: 0.1, max: 2, count: 90, percentiles: { p001: 0.11, p50: 0.4, p99: 1.5, p999: 1.9 } },
  };
  const value = {
    metadata: { guidellm_version: "0.8.1" },
    benchmarks: [
      {
        config: { strategy: { type_: "constant" } },
        duration: 10,
        metrics: { request_totals: { successful: 90, errored: 10, incomplete: 7 }, request_latency: latency },
      },
    ],
  };
  const result = parse(value);
  expect(result.tasks).toEqual([
    expect.objectContaining({
      requests: 100,
      failures: 10,
      requestsPerSec: 10,
      meanMs: 500,
      quantilesMs: [
        { ratio: 0.001, ms: 110 },
        { ratio: 0.5, ms: 400 },
        { ratio: 0.99, ms: 1500 },
        { ratio: 0.999, ms: 1900 },
      ],
    }),
  ]);
  expect(result.notes.join()).toContain("7 requests were unfinished");
});

describe("aiperf", () => {
  test("the summary's units are read", () => {
    const value = {
      schema_version: "1.4",
      aiperf_version: "0.13.0",
      request_latency: { unit: "s", avg: 0.5, p50: 0.4, p99: 1, min: 0.1, max: 2 },
      request_count: { unit: "requests", avg: 50 },
      benchmark_duration: { unit: "sec", avg: 10 },
    };
    expect(parse(value).tasks).toEqual([
      expect.objectContaining({
        requests: 50,
        failures: undefined,
        meanMs: 500,
        quantilesMs: [
          { ratio: 0.5, ms: 400 },
          { ratio: 0.99, ms: 1000 },
        ],
      }),
    ]);
  });

  test("records of the warm-up are left out", () => {
    const record = (phase: string, startMs: number, error?: object) => ({
      metadata: { benchmark_phase: phase, request_start_ns: startMs * 1e6, request_end_ns: (startMs + 100) * 1e6 },
      metrics: error === undefined ? { request_latency: { value: 100, unit: "ms" } } : {},
      ...(error === undefined ? {} : { error }),
    });
    const lines = [
      record("warmup", 0),
      record("profiling", 1000),
      record("profiling", 1900),
      record("profiling", 1500, { message: "x" }),
    ];
    const result = oneResult("x.jsonl", lines.map((line) => JSON.stringify(line)).join("\n"));
    expect(result.tasks).toEqual([
      expect.objectContaining({ requests: 3, failures: 1, requestsPerSec: 3, meanMs: 100 }),
    ]);
    expect(result.notes.join()).toContain("1 records of the warm-up");
  });
});

describe("files nobody knows", () => {
  test.each([
    ["empty", "", /is empty/],
    ["prose", "hello", /no result file/],
    ["some JSON", '{"a":1}', /no result file/],
    [
      "raw k6 output",
      '{"type":"Metric","data":{},"metric":"x"}\n{"type":"Point","data":{},"metric":"x"}\n',
      /cannot be judged/,
    ],
  ])("%s is refused with RESULT_UNREADABLE", (_, text, message) => {
    expect(() => oneResult("x", text)).toThrow(message);
    expect(() => oneResult("x", text)).toThrow(expect.objectContaining({ code: "RESULT_UNREADABLE" }));
  });

  test("the hint lists what is understood", () =>
    expect(() => oneResult("x", "{}")).toThrow(
      expect.objectContaining({ hint: expect.stringContaining("Locust's _stats.csv") }),
    ));

  test("names from the file cannot act on the terminal", () => {
    const result = parse([{ name: "\x1b[2Ja", method: "GET", num_requests: 1, response_times: { "1": 1 } }]);
    expect(result.tasks[0]?.name).toBe("a");
  });
});

test("our own summary: a run a profile, thresholds as judged", () => {
  const times = { min: 1, mean: 2, p50: 2, p75: 3, p90: 4, p95: 5, p99: 6, p999: 7, max: 8 };
  const profile = (name: string) => ({
    name,
    startedAt: "2026-01-01T00:00:00Z",
    durationMs: 1000,
    tasks: [{ name: "Aggregated", requests: 10, failures: 1, responseMs: times }],
  });
  const value = {
    schema: "plimsoll.summary/1",
    thresholds: [{ expr: "p95 < 1s", profile: "b", verdict: "inconclusive" }],
    profiles: [profile("a"), profile("b")],
  };
  const [a, b] = parseForeignRuns("summary.json", JSON.stringify(value));
  expect(a?.tasks[0]).toMatchObject({ requests: 10, failures: 1, maxMs: 8 });
  expect(b?.thresholds).toEqual([{ expr: "p95 < 1s", isMet: undefined }]);
});
