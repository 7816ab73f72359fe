import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { PlimsollError } from "../../base/errors.ts";
import type { ForeignTask } from "../foreign-result.ts";
import { locustBucketMs, locustPercentileMs } from "./locust-percentile.ts";
import { oneResult } from "./one-result.fixture.ts";

const read = (name: string): string =>
  readFileSync(new URL(`../../../../../test/fixtures/locust-2.47/ramp_up_${name}.csv`, import.meta.url), "utf8");
const statsCsv = read("stats");

describe("a real _stats.csv of Locust 2.47", () => {
  const result = oneResult("ramp_up_stats.csv", statsCsv);
  const total = result.tasks.at(-1)!;
  const rows = result.tasks.slice(0, -1);
  const sum = (of: (task: ForeignTask) => number | undefined): number =>
    rows.reduce((all, task) => all + (of(task) ?? 0), 0);

  test("counts and rates of the rows add up to Aggregated", () => {
    expect(total).toMatchObject({ name: "Aggregated", method: "", requests: 1909, failures: 0 });
    expect(sum((task) => task.requests)).toBe(1909);
    expect(sum((task) => task.requestsPerSec)).toBeCloseTo(total.requestsPerSec!, 9);
  });

  test("the count-weighted mean is the total's", () => {
    expect(sum((task) => task.requests! * task.meanMs!) / 1909).toBeCloseTo(1331.0879, 4);
    expect(total.meanMs).toBeCloseTo(1331.0879, 4);
  });

  test("its length follows from count and rate", () => expect(result.durationMs).toBeCloseTo(59_349, -1));

  test("percentiles come from the header", () => {
    expect(total.quantilesMs.map(({ ratio }) => ratio)).toEqual([
      0.5, 0.66, 0.75, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 0.9999, 1,
    ]);
    expect(total.quantilesMs[5]).toEqual({ ratio: 0.95, ms: 2500 });
  });

  test("a task's method and name are kept", () =>
    expect(rows.map(({ method, name }) => `${method} ${name}`)).toEqual([
      "POST /embed [batch]",
      "POST /embed [single]",
      "GET /health",
    ]));

  test("the rounding and the lost tail are told", () => {
    expect(result.rounding).toBe("locust-buckets");
    expect(result.notes.join(" ")).toContain("lacks the last second");
  });

  test.each(["\n", "\r\r\n"])("line ends %j read the same", (end) =>
    expect(oneResult("ramp_up_stats.csv", statsCsv.replaceAll("\r\n", end))).toEqual(result),
  );
});

describe("a _stats.csv that cannot be trusted", () => {
  test("torn in the middle of a row is refused", () =>
    expect(() => oneResult("x_stats.csv", statsCsv.slice(0, -30))).toThrow(/torn/));
  test("without its total row is refused", () => {
    const cut = statsCsv.slice(0, statsCsv.indexOf(",Aggregated"));
    expect(() => oneResult("x_stats.csv", cut)).toThrow(/"Aggregated"/);
  });
  test.each(["stats_history", "failures", "exceptions"])("%s is refused with the file to give instead", (name) => {
    const error = caught(() => oneResult(`ramp_up_${name}.csv`, read(name)));
    expect(error).toMatchObject({ code: "RESULT_UNREADABLE", hint: expect.stringContaining("_stats.csv beside it") });
  });
});

test("a task without requests has no figures, not zeros", () => {
  const [header] = statsCsv.split("\r\n");
  const empty = `POST,/embed,0,0,0,0.0,0,0,0,0.0,0.0${",N/A".repeat(11)}`;
  const total = `,Aggregated,0,0,0,0.0,0,0,0,0.0,0.0${",N/A".repeat(11)}`;
  const [task] = oneResult("x.csv", `${[header, empty, total].join("\r\n")}\r\n`).tasks;
  expect(task).toMatchObject({ requests: 0, quantilesMs: [], meanMs: undefined, minMs: undefined, maxMs: undefined });
});

test("percentile columns of a patched list are read too", () => {
  const text = "Type,Name,Request Count,Failure Count,97.5%\nGET,/,4,1,120\n,Aggregated,4,1,120\n";
  expect(oneResult("x.csv", text).tasks[0]).toMatchObject({
    requests: 4,
    failures: 1,
    quantilesMs: [{ ratio: 0.975, ms: 120 }],
  });
});

describe("Locust's JSON", () => {
  const entry = (name: string, change: object) => ({
    name,
    method: "POST",
    last_request_timestamp: 1010,
    start_time: 1000,
    num_requests: 6,
    num_none_requests: 0,
    num_failures: 1,
    total_response_time: 66_000,
    max_response_time: 58_760.5,
    min_response_time: 12.34,
    total_content_length: 10,
    response_times: { "12": 1, "140": 1, "150": 1, "990": 1, "5900": 1, "59000": 1 },
    num_reqs_per_sec: {},
    num_fail_per_sec: {},
    ...change,
  });
  const result = oneResult(
    "x.json",
    JSON.stringify([
      entry("a", {}),
      entry("b", {
        start_time: 1002,
        num_requests: 2,
        num_failures: 0,
        total_response_time: 200,
        response_times: { "100": 2 },
        min_response_time: 99,
        max_response_time: 101,
      }),
    ]),
  );

  test("percentiles follow Locust's rule", () =>
    expect(result.tasks[0]?.quantilesMs[0]).toEqual({ ratio: 0.5, ms: 990 }));
  test("the total is added up", () =>
    expect(result.tasks.at(-1)).toMatchObject({
      name: "Aggregated",
      requests: 8,
      failures: 1,
      requestsPerSec: 0.8,
      meanMs: 66_200 / 8,
      minMs: 12.34,
      maxMs: 58_760.5,
    }));
  test("an empty list is no result", () => expect(() => oneResult("x.json", "[]")).toThrow(PlimsollError));
});

describe("Locust's rounding", () => {
  test.each([
    [0.5, 0],
    [1.5, 2],
    [12.34, 12],
    [99.5, 100],
    [145, 140],
    [145.6, 150],
    [155, 160],
    [995, 1000],
    [987.6, 990],
    [5876, 5900],
    [58760.5, 59000],
  ])("%d ms counts as %d", (ms, bucket) => expect(locustBucketMs(ms)).toBe(bucket));

  test("k = trunc(n·p), walking from the largest", () => {
    const buckets = [
      [12, 1],
      [140, 1],
      [150, 1],
      [990, 1],
      [5900, 1],
      [59000, 1],
    ] as const;
    expect([0.5, 0.66, 0.95, 1].map((ratio) => locustPercentileMs(buckets, ratio))).toEqual([990, 990, 59000, 59000]);
  });
});

function caught(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}
