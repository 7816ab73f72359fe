import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { locustBucketMs } from "../analysis/foreign/locust-percentile.ts";
import type { ProfileStats } from "../analysis/run-stats.ts";
import { readCsv } from "../base/csv-reader.ts";
import { csvRow, csvText } from "./csv-text.ts";
import { renderExceptionsCsv, renderFailuresCsv, renderStatsCsv } from "./locust-csv.ts";
import { renderStatsHistoryCsv } from "./locust-history-csv.ts";
import { pythonFloat } from "./python-float.ts";
import { sampleReport } from "./report-sample.ts";

const fixture = (name: string): string =>
  readFileSync(new URL(`../../../../test/fixtures/locust-2.47/ramp_up_${name}.csv`, import.meta.url), "utf8");
const { stats } = sampleReport();
const [rampUp, spike] = stats.profiles;
const headerOf = (text: string): string => text.slice(0, text.indexOf("\n") + 1);
const column = (text: string, title: string): string[] => {
  const [titles = [], ...rows] = readCsv(text);
  return rows.map((row) => row[titles.indexOf(title)] ?? "");
};

describe("Locust's files", () => {
  test.each([
    ["stats", renderStatsCsv(rampUp!)],
    ["stats_history", renderStatsHistoryCsv(rampUp!)],
    ["failures", renderFailuresCsv(rampUp!)],
    ["exceptions", renderExceptionsCsv()],
  ])("%s has Locust's header to the byte", (name, text) => expect(headerOf(text)).toBe(headerOf(fixture(name))));

  test.each(["stats", "stats_history"])(
    "a real %s file, read and written again by our cell rules, is the same",
    (name) => {
      const [titles = [], ...rows] = readCsv(fixture(name));
      const rewritten = rows.map((row) => csvRow(row.map((cell, index) => rewrite(titles[index] ?? "", cell))));
      expect(csvRow(titles) + rewritten.join("")).toBe(fixture(name));
    },
  );
});

/** Each number through the function that would print it. */
function rewrite(title: string, cell: string): string {
  if (cell === "N/A" || cell === "") return cell;
  if (/^[\d.]+%$/.test(title)) return String(locustBucketMs(Number(cell)));
  if (/^(?:Type|Name)$/.test(title)) return csvText(cell);
  if (/\.\d{6}$/.test(cell) && /\/s$/.test(title)) return Number(cell).toFixed(6);
  return cell.includes(".") ? pythonFloat(Number(cell)) : String(Number(cell));
}

describe("stats", () => {
  test("rows stand by name and type, the total last with an empty type", () => {
    const names = column(renderStatsCsv(rampUp!), "Name");
    expect(names.at(-1)).toBe("Aggregated");
    expect(column(renderStatsCsv(rampUp!), "Type").at(-1)).toBe("");
    expect(names.slice(0, -1)).toEqual([...names.slice(0, -1)].sort());
  });

  test("counts of the rows add up to the total", () => {
    const counts = column(renderStatsCsv(spike!), "Request Count").map(Number);
    expect(counts.slice(0, -1).reduce((a, b) => a + b)).toBe(counts.at(-1));
  });

  test("a task without requests has N/A for percentiles and Locust's zeros", () => {
    const empty = {
      ...rampUp!.tasks[0]!,
      name: "/embed",
      requests: 0,
      failures: 0,
      requestsPerSec: 0,
      failuresPerSec: 0,
    };
    const profile = { ...rampUp!, tasks: [{ ...empty, responseMs: undefined, responseBuckets: [] }] };
    const row = renderStatsCsv(profile).split("\r\n")[1];
    expect(row).toBe(`POST,/embed,0,0,0,0.0,0,0,0,0.0,0.0${",N/A".repeat(11)}`);
  });

  test("a median bucket outside the exact extremes is clamped to them", () => {
    const task = { ...rampUp!.tasks[0]!, responseBuckets: [[27, 1]] as const };
    const times = {
      min: 1.2968049995834008,
      mean: 1.2968049995834008,
      p50: 1,
      p75: 1,
      p90: 1,
      p95: 1,
      p99: 1,
      p999: 1,
      max: 1.2968049995834008,
    };
    const text = renderStatsCsv({ ...rampUp!, tasks: [{ ...task, requests: 1, responseMs: times }] });
    expect(column(text, "Median Response Time")).toEqual(["1.2968049995834008"]);
    expect(column(text, "50%")).toEqual(["1"]);
  });

  test("a name that a spreadsheet would run is led by an apostrophe; numbers are untouched", () => {
    expect(column(renderStatsCsv(rampUp!), "Name")[0]).toMatch(/^'=cmd\|/);
    expect(csvText("  @SUM(A1)")).toBe("'  @SUM(A1)");
    expect(csvText("\t=1")).toBe("' =1");
    expect(csvText("a=b")).toBe("a=b");
    expect(csvText("\x1b[31m-1")).toBe("'-1");
  });
});

describe("history", () => {
  const history = renderStatsHistoryCsv(rampUp!);

  test("the first tick is at the start, without users, as Locust writes it", () => {
    expect(history.split("\r\n")[1]).toBe(
      `1795354397,0,,Aggregated,0.000000,0.000000${",N/A".repeat(11)},0,0,0,0.0,0,0,0`,
    );
  });

  test("a tick follows for every second", () => {
    const times = column(history, "Timestamp").map(Number);
    expect(times).toEqual(Array.from({ length: 61 }, (_, sec) => 1795354397 + sec));
  });

  test("the last tick says what the total row says", () => {
    const total = readCsv(renderStatsCsv(rampUp!)).at(-1)!;
    const last = readCsv(history).at(-1)!;
    expect(last.slice(17)).toEqual([total[2], total[3], total[4], total[5], total[6], total[7], total[8]]);
    expect(last.slice(6, 17)).toEqual(total.slice(11));
  });

  test("so it does where the seconds know only their histograms", () => {
    const series = rampUp!.series.map(({ responseSumMs, responseMinMs, bodyBytes, ...point }) => point);
    const text = renderStatsHistoryCsv({ ...rampUp!, series });
    expect(readCsv(text).at(-1)).toEqual(readCsv(history).at(-1));
    const [mean, exact] = [text, history].map((one) => Number(column(one, "Total Average Response Time")[30]));
    expect(Math.abs(mean! / exact! - 1)).toBeLessThan(0.005);
  });

  test("rates are means over [now − 12 s, now − 2 s)", () => {
    const ended = rampUp!.series.map((point) => point.completed + point.failed);
    const mean = ended.slice(18, 28).reduce((a, b) => a + b) / 10;
    expect(column(history, "Requests/s")[30]).toBe(mean.toFixed(6));
    expect(column(history, "Requests/s").slice(0, 4)).toEqual([
      "0.000000",
      "0.000000",
      "0.000000",
      ended[0]!.toFixed(6),
    ]);
  });

  test("rates fall to 0 when the target hangs, where Locust's would stay", () => {
    const hanging = rampUp!.series.map((point) =>
      point.atMs < 30_000 ? point : { ...point, completed: 0, failed: 0, response: [] },
    );
    expect(column(renderStatsHistoryCsv({ ...rampUp!, series: hanging }), "Requests/s").at(-1)).toBe("0.000000");
  });

  test("totals are cumulative and exact where the seconds know their sums", () => {
    const means = column(history, "Total Average Response Time").map(Number);
    const [first, second] = rampUp!.series;
    const endedIn = (point: ProfileStats["series"][number]): number => point.completed + point.failed;
    const expected = (first!.responseSumMs! + second!.responseSumMs!) / (endedIn(first!) + endedIn(second!));
    expect(means[2]).toBe(expected);
  });
});

describe("failures", () => {
  test("tell kind, message, count and the seconds of the first and last", () => {
    const [row] = readCsv(renderFailuresCsv(spike!)).filter(
      (cells) => cells[1] === "single_embed" && cells[2]?.startsWith("timeout"),
    );
    const error = spike!.tasks[0]!.errors.find((one) => one.kind === "timeout")!;
    expect(row).toEqual([
      "POST",
      "single_embed",
      "timeout: no answer within 60 s",
      String(error.count),
      "2026-11-22T13:34:26Z",
      "2026-11-22T13:34:44Z",
    ]);
  });

  test("no answer of the target brings an escape sequence or a line of its own", () => {
    const text = renderFailuresCsv(spike!);
    expect(text).not.toMatch(/[\x1b\x9b\u202e\u2066]/);
    expect(text.split("\r\n").every((line) => /^(?:Method|POST|)/.test(line))).toBe(true);
    expect(text.split("\n")).toHaveLength(text.split("\r\n").length);
  });
});
