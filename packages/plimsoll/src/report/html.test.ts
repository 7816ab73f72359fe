import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sampleJournal } from "../analysis/journal-sample.ts";
import { runFold } from "../analysis/run-fold.ts";
import type { RunStats } from "../analysis/run-stats.ts";
import { bucketIndexOfUs, countOf, mergeBuckets, quantileUs } from "../records/latency-histogram.ts";
import type { Buckets } from "../records/second.ts";
import { type ReportUi, renderComparisonHtml, renderHtml } from "./html.ts";
import { curveOf } from "./html-curve.ts";
import { type ReportData, reportDataOf } from "./html-data.ts";
import { heatOf } from "./html-heat.ts";
import { sampleComparison } from "./html-sample.ts";
import { seriesOf } from "./html-series.ts";
import { scriptSafeJson, visibleText } from "./html-text.ts";
import type { ReportModel } from "./report-model.ts";
import { NASTY_MESSAGE, NASTY_NAME, sampleReport } from "./report-sample.ts";

const UI: ReportUi = {
  script: "hydrate()",
  css: "p{}",
  renderBody: (data) => `<p>${data.profiles.length}</p>`,
  sha256Base64: (text) => `hash-of-${text}`,
};

function statsOf(options: Parameters<typeof sampleJournal>[0]): RunStats {
  return runFold.done(sampleJournal(options).reduce((state, record) => runFold.step(state, record), runFold.init()));
}

function named(name: string): ReportModel {
  const { stats, judgement } = sampleReport();
  return { stats: { ...stats, plan: { ...stats.plan, name } }, judgement: { ...judgement, because: name } };
}

function dataIn(html: string): ReportData {
  return JSON.parse(/<script type="application\/json" id="plimsoll-data">(.*?)<\/script>/s.exec(html)![1]!);
}

describe("the document", () => {
  test("same model, same bytes", () => {
    expect(renderHtml(sampleReport(), UI)).toBe(renderHtml(sampleReport(), UI));
  });

  test("carries the data that its body was rendered from", () => {
    const html = renderHtml(sampleReport(), { ...UI, renderBody: (data) => `<pre>${data.run.id}</pre>` });
    expect(html).toContain("<pre>sample-run-0001</pre>");
    expect(dataIn(html).run.id).toBe("sample-run-0001");
  });

  test("allows its own script and style by their hashes, and nothing else", () => {
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(renderHtml(sampleReport(), UI))![1];
    expect(policy).toBe(
      "default-src 'none'; script-src 'sha256-hash-of-hydrate()'; style-src 'sha256-hash-of-p{}'; img-src data:; base-uri 'none'; form-action 'none'",
    );
  });

  test.each(["</script><img src=x onerror=alert(1)>", '"><svg onload=alert(1)>', "<!--<script>", "&lt;b&gt;"])(
    "the name %s stays text",
    (name) => {
      const html = renderHtml(named(name), UI);
      expect(html.match(/<\/?script|<img|<svg|<!--/g)).toEqual(["<script", "</script", "<script", "</script"]);
      expect(dataIn(html).run.name).toBe(name);
    },
  );

  test("a comparison is a document of its own, under the same policy", () => {
    const nasty = "</title></script><img src=x onerror=alert(1)>";
    const html = renderComparisonHtml(
      { ...sampleComparison(), newName: nasty },
      { ...UI, renderComparisonBody: ({ comparison }) => `<p>${comparison.metrics.length}</p>` },
    );
    expect(html).toContain('<div id="plimsoll"><p>6</p></div>');
    expect(html).toContain("script-src 'sha256-hash-of-hydrate()'");
    expect(html).toContain("<title>✗ FAIL · &#60;/title&#62;");
    expect(html.match(/<\/?(?:script|title)|<img/g)).toEqual([
      ...["<title", "</title", "<script", "</script", "<script", "</script"],
    ]);
  });

  test("escape sequences, bidi controls and line separators of the target are gone", () => {
    const html = renderHtml(sampleReport(), UI);
    expect(JSON.stringify(sampleReport())).toContain(JSON.stringify(NASTY_MESSAGE).slice(1, -1));
    expect(html).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/);
    expect(JSON.stringify(dataIn(html))).not.toMatch(/\\u001b|\u202e/);
    expect(dataIn(html).profiles[0]!.tasks.map((task) => task.name)).toContain(NASTY_NAME.replace("\u202e", ""));
  });

  test("a message of a megabyte is cut and says how long it was", () => {
    expect(visibleText("x".repeat(1_000_000))).toBe(`${"x".repeat(2000)}… (1000000 characters)`);
  });
});

describe("the data", () => {
  const stats = statsOf({ profiles: [{ name: "steady", ratePerSec: 20, durationMs: 1_500_000 }] });
  const steady = stats.profiles[0]!;
  const data = reportDataOf({ stats, judgement: sampleReport().judgement });

  test("tables keep the exact figures", () => {
    const [shown] = data.profiles;
    expect(shown!.tasks.map((task) => task.responseMs)).toEqual(steady.tasks.map((task) => task.responseMs));
    expect(shown!.arrivals).toEqual(steady.arrivals);
  });

  test("a long run is thinned to at most 600 bins without losing a request", () => {
    const series = seriesOf(steady.series);
    expect(series.binMs).toBe(5000);
    expect(series.atMs.length).toBeLessThanOrEqual(600);
    const sentCount = series.sent.slice(0, 300).reduce<number>((sum, perSec) => sum + (perSec ?? 0) * 5, 0);
    expect(sentCount).toBeCloseTo(steady.arrivals.sent, -1);
  });

  test("the percentile of a bin is that of its requests, not a mean of percentiles", () => {
    const merged = steady.series.slice(0, 5).reduce<Buckets>((all, point) => mergeBuckets(all, point.response), []);
    expect(seriesOf(steady.series).p95[0]).toBeCloseTo(quantileUs(merged, 0.95)! / 1000, 1);
  });

  test("a short run is not thinned, and a second in which nothing ended has no percentile", () => {
    const idle = { ...steady.series[1]!, p50: undefined, p95: undefined, response: [] };
    const series = seriesOf([steady.series[0]!, idle]);
    expect(series.binMs).toBe(1000);
    expect(series.p95[1]).toBeNull();
  });

  test("a second that the journal lost is a gap, not a zero", () => {
    const series = seriesOf([steady.series[0]!, steady.series[2]!]);
    expect(series.sent.map((value) => value === null)).toEqual([false, true, false]);
  });

  test("the heatmap holds every ended request in at most 240 columns", () => {
    const heat = heatOf(steady.series);
    const counts = heat.columns.flatMap((column) => column.slice(1));
    expect(heat.columns.length).toBeLessThanOrEqual(240);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(steady.arrivals.completed + steady.arrivals.failed);
    expect(Math.max(...counts)).toBe(heat.maxCount);
  });

  test("a column of the heatmap is its lowest row and the counts above it, empty where nothing ended", () => {
    const bucket = (ms: number) => bucketIndexOfUs(ms * 1000);
    const heat = heatOf([
      { atMs: 0, response: [[bucket(0.9), 5]] },
      {
        atMs: 2000,
        response: [
          [bucket(1.1), 1],
          [bucket(1.2), 1],
          [bucket(1.6), 4],
        ],
      },
    ]);
    expect(heat).toEqual({
      columnMs: 1000,
      low: -1,
      rowCount: 5,
      maxCount: 5,
      columns: [[-1, 5], [], [0, 1, 1, 0, 4]],
    });
  });

  test("the curve stands at p99 where its tail is 2 and ends at the exact maximum", () => {
    const buckets = steady.tasks.at(-1)!.responseBuckets;
    const curve = curveOf(buckets, 812.5);
    const p99Ms = quantileUs(buckets, 0.99)! / 1000;
    expect(curve.valuesMs[curve.tails.indexOf(2)]).toBeCloseTo(p99Ms, 0);
    expect(curve.valuesMs.at(-1)).toBe(812.5);
    expect(curve.tails.at(-1)).toBeCloseTo(Math.log10(countOf(buckets)), 2);
  });

  test("a task's course stands on the bins of its profile and holds every ended request", () => {
    const { tasks, series } = data.profiles[0]!;
    for (const task of tasks.slice(0, -1)) {
      const { course, requests, responseMs } = task;
      const counts = course!.heat.columns.flatMap((column) => column.slice(1));
      const cellCount = counts.reduce((sum, count) => sum + count, 0);
      const endedCount = course!.completed
        .map((perSec, bin) => ((perSec ?? 0) + (course!.failed[bin] ?? 0)) * (series.binMs / 1000))
        .reduce((sum, count) => sum + count, 0);
      expect(course!.p95).toHaveLength(series.atMs.length);
      expect(cellCount).toBe(requests);
      expect(endedCount).toBeCloseTo(requests, -2);
      expect(Math.max(...course!.p99.map((ms) => ms ?? 0))).toBeLessThanOrEqual(responseMs!.max * 1.01);
    }
  });

  test("a task's percentile is of the requests that were due in the bin", () => {
    const task = steady.tasks[0]!;
    const due = task.slots
      .filter((slot) => slot.due < 10)
      .reduce<Buckets>((all, slot) => mergeBuckets(all, mergeBuckets(slot.response, slot.failedResponse)), []);
    expect(data.profiles[0]!.tasks[0]!.course!.p95[0]).toBeCloseTo(quantileUs(due, 0.95)! / 1000, 1);
  });

  test("all together, and a task that is alone, need no course of their own", () => {
    expect(data.profiles[0]!.tasks.at(-1)!.course).toBeUndefined();
    const only = statsOf({ tasks: [{ name: "one", method: "GET", path: "/", share: 1 }] });
    const alone = reportDataOf({ stats: only, judgement: sampleReport().judgement });
    expect(alone.profiles[0]!.tasks.map((task) => task.course)).toEqual([undefined, undefined]);
  });

  test("a run without a request has empty charts, not broken ones", () => {
    expect(curveOf([], undefined)).toEqual({ tails: [], valuesMs: [] });
    expect(heatOf([]).columns).toEqual([]);
    expect(seriesOf([]).atMs).toEqual([]);
  });
});

describe("laws", () => {
  test("JSON made safe for a script element reads back as it was and holds no markup", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const json = scriptSafeJson(JSON.stringify(text));
        expect(json).not.toMatch(/[<>&\u2028\u2029]/);
        expect(JSON.parse(json)).toBe(text);
      }),
    );
  });
});
