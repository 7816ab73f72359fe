import { describe, expect, test } from "vitest";
import { oneResult } from "./one-result.fixture.ts";

const parse = (value: unknown) => oneResult("x.json", JSON.stringify(value));

describe("oha", () => {
  const oha = {
    summary: { successRate: 1, total: 10, slowest: 0.9, fastest: 0.01, average: 0.1, requestsPerSec: 100 },
    responseTimeHistogram: {},
    latencyPercentiles: { p50: 0.08, p95: 0.3, "p99.9": 0.8, "p99.99": null },
    statusCodeDistribution: { "200": 960, "302": 10, "404": 10, "503": 10 },
    errorDistribution: { "connection refused": 10, "aborted due to deadline": 50 },
  };

  test("seconds become ms; bad statuses and faults are failures, what the deadline cut off is neither", () => {
    const result = parse(oha);
    expect(result).toMatchObject({ source: "oha-json", durationMs: 10_000 });
    expect(result.tasks).toMatchObject([
      {
        name: "Aggregated",
        requests: 1000,
        failures: 30,
        requestsPerSec: 100,
        failuresPerSec: 3,
        minMs: 10,
        maxMs: 900,
      },
    ]);
    expect(result.tasks[0]?.quantilesMs).toEqual([
      { ratio: 0.5, ms: 80 },
      { ratio: 0.95, ms: 300 },
      { ratio: 0.999, ms: 800 },
    ]);
  });

  test("where nothing answered there are no times, and every request failed", () => {
    const none = { p50: null, p95: null };
    const summary = { successRate: 0, total: 5, slowest: null, fastest: null, average: null };
    const result = parse({
      ...oha,
      summary,
      latencyPercentiles: none,
      statusCodeDistribution: {},
      errorDistribution: { "connection refused": 7 },
    });
    expect(result.tasks[0]).toMatchObject({ requests: 7, failures: 7, quantilesMs: [], meanMs: undefined });
  });
});

describe("vegeta", () => {
  const vegeta = {
    latencies: {
      total: 1e9,
      mean: 12_000_000,
      "50th": 10e6,
      "90th": 20e6,
      "95th": 25e6,
      "99th": 40e6,
      max: 99e6,
      min: 5e5,
    },
    bytes_in: { total: 1, mean: 1 },
    earliest: "2025-03-15T14:30:00Z",
    duration: 30e9,
    wait: 1e8,
    requests: 3000,
    rate: 100,
    throughput: 99,
    success: 0.99,
    status_codes: { "0": 10, "200": 2970, "500": 20 },
    errors: ["500 Internal Server Error"],
  };

  test("nanoseconds become ms; what did not succeed failed", () => {
    const result = parse(vegeta);
    expect(result).toMatchObject({ source: "vegeta-json", durationMs: 30_000, startedAt: "2025-03-15T14:30:00Z" });
    expect(result.tasks).toMatchObject([
      {
        name: "Aggregated",
        requests: 3000,
        failures: 30,
        requestsPerSec: 100,
        failuresPerSec: 1,
        meanMs: 12,
        minMs: 0.5,
      },
    ]);
    expect(result.tasks[0]?.quantilesMs).toContainEqual({ ratio: 0.95, ms: 25 });
  });

  test("an attack without requests holds no times, though it says 0", () => {
    const result = parse({ ...vegeta, requests: 0, success: 0, status_codes: {} });
    expect(result.tasks[0]).toMatchObject({ requests: 0, failures: 0, quantilesMs: [], maxMs: undefined });
  });
});
