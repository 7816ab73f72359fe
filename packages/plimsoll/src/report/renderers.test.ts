import { describe, expect, test } from "vitest";
import { sampleJournal } from "../analysis/journal-sample.ts";
import { runFold } from "../analysis/run-fold.ts";
import type { SampleRequest } from "../analysis/sample-load.ts";
import { judgeRun } from "../verdict/judge-run.ts";
import { sampleThreshold } from "../verdict/threshold-sample.ts";
import { displayWidth } from "./display-width.ts";
import { renderGithubAnnotations } from "./github-annotations.ts";
import { renderJunit } from "./junit.ts";
import { escapeMarkdown, renderMarkdown } from "./markdown.ts";
import { renderPrometheus } from "./prometheus.ts";
import type { ReportModel } from "./report-model.ts";
import { sampleReport } from "./report-sample.ts";
import { renderSummaryJson, summaryDocument } from "./summary-json.ts";
import { summaryJsonSchema, summarySchema } from "./summary-schema.ts";
import { renderTerminalSummary, renderVerdictLine } from "./terminal-summary.ts";

const model = sampleReport();
const judged = (change: Partial<ReportModel["judgement"]>): ReportModel => ({
  ...model,
  judgement: { ...model.judgement, ...change },
});

describe("every text", () => {
  test.each([
    ["terminal", renderTerminalSummary(model, { width: 100, colour: false })],
    ["markdown", renderMarkdown(model)],
    ["junit", renderJunit(model)],
    ["annotations", renderGithubAnnotations(model)],
    ["prometheus", renderPrometheus(model)],
  ])("%s holds no control character, escape sequence or bidi control of the target", (_, text) =>
    expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/),
  );
});

describe("terminal", () => {
  test("the verdict comes first, as shape and word", () =>
    expect(renderTerminalSummary(model, { width: 80, colour: false })).toMatch(
      /^✗ FAIL {2}p95 < 500ms failed on spike/,
    ));

  test.each([60, 80, 100, 140, 200])("no line is wider than %d cells", (width) => {
    for (const line of renderTerminalSummary(model, { width, colour: false }).split("\n"))
      expect(displayWidth(line)).toBeLessThanOrEqual(width);
  });

  test("colour adds escape sequences and nothing else", () => {
    const coloured = renderTerminalSummary(model, { width: 100, colour: true });
    expect(coloured).toContain("\x1b[31m");
    expect(coloured.replace(/\x1b\[\d+m/g, "")).toBe(renderTerminalSummary(model, { width: 100, colour: false }));
  });

  test("what broke first follows what decided", () => {
    const [first, second, third] = renderTerminalSummary(model, { width: 140, colour: false }).split("\n");
    expect(first).toMatch(/^✗ FAIL/);
    expect(second).toBe("        p95 < 500ms broke at 3.5 s in spike, with 200 users.");
    expect(third).toContain("The generator was degraded in spike");
    const { brokeFirst: _, ...judgement } = model.judgement;
    expect(renderTerminalSummary({ ...model, judgement }, { width: 140, colour: false })).not.toContain("broke");
  });

  test("a reason with which the deciding sentence begins is not said twice", () => {
    const [reason = ""] = model.judgement.reasons;
    const judgement = { ...model.judgement, because: `${reason} All the same, it was ended early.` };
    for (const text of [
      renderTerminalSummary({ ...model, judgement }, { width: 400, colour: false }),
      renderMarkdown({ ...model, judgement }),
    ])
      expect(text.split(reason).length - 1).toBe(1);
  });

  test("books that do not balance are shown", () => {
    const broken = { ...model, stats: { ...model.stats, imbalances: ["ramp_up: 5 sent, 4 ended"] } };
    expect(renderTerminalSummary(broken, { width: 80, colour: false })).toContain("ramp_up: 5 sent, 4 ended");
  });
});

describe("a run with requests enough", () => {
  const bad = { serviceMs: 3, failure: { kind: "http-5xx", message: "status 500" } } as const;
  const profiles = [
    {
      name: "p",
      ratePerSec: 60,
      durationMs: 60_000,
      answer: ({ random }: SampleRequest) =>
        random.nextRatio() < 0.08 ? bad : { serviceMs: 40 + 40 * random.nextRatio() },
    },
  ];
  const stats = runFold.done(sampleJournal({ profiles }).reduce(runFold.step, runFold.init()));
  const own = sampleThreshold({ kind: "quantile", ratio: 0.95 }, 500, { expr: "p95 < 500ms" });
  const added = { ...own, expr: "p50 < 1s", metric: { kind: "quantile", ratio: 0.5 }, limit: 1000 } as const;
  const run: ReportModel = { stats, judgement: judgeRun(stats, [own, added], { addedFrom: 1 }) };

  test("quantiles stand with their intervals in terminal, Markdown and JSON", () => {
    expect(renderTerminalSummary(run, { width: 140, colour: false })).toMatch(
      /^Intervals {2}p50 [\d.]+ ms \([\d.]+–[\d.]+ ms\) · p95 [\s\S]*? · (?:\n {11})?right about 9 times in 10$/m,
    );
    expect(renderMarkdown(run)).toMatch(/\| \*\*[\d.]+ ms \([\d.]+–[\d.]+ ms\)\*\* \|/);
    const [task] = summaryDocument(run).profiles[0]?.tasks.slice(-1) ?? [];
    expect(task?.responseMs?.intervals).toMatchObject({
      confidence: 0.9,
      toMs: 60_000,
      p95: { low: expect.any(Number) },
    });
    expect(summarySchema.parse(JSON.parse(renderSummaryJson(run)))).toEqual(summaryDocument(run));
  });

  test("every p95 says what it is of: a threshold's, the tables' and the intervals'", () => {
    const terminal = renderTerminalSummary(run, { width: 140, colour: false });
    const markdown = renderMarkdown(run);
    const ofVerdict = "Times here: of the judged part; in percentiles failed requests are slower than any answer.";
    for (const text of [terminal, markdown]) expect(text).toContain(ofVerdict);
    expect(terminal.replaceAll(/\s+/g, " ")).toMatch(
      / Intervals p50 \S+ ms .* of the judged part(?: ·)? wider than a verdict's,/,
    );
    expect(terminal).toMatch(/^Judged {5}from 6 s on; tables: the whole phase · /m);
    expect(markdown).toMatch(
      /^Table: of the whole phase, failed .*\. Interval: of the judged part, from 6 s on; wider than a verdict's, .* right about 9 times in 10\.$/m,
    );
    const rates = { ...run, judgement: { ...run.judgement, thresholds: [] } };
    expect(renderMarkdown(rates)).not.toContain("Times here");
  });

  test("a quantile among the failures is never shown as a time within the limit", () => {
    const shown = /> 500 ms, [\d.]+ % failed/;
    for (const text of [
      renderTerminalSummary(run, { width: 140, colour: false }),
      renderMarkdown(run),
      renderJunit(run),
    ])
      expect(text.replaceAll("&gt;", ">")).toMatch(shown);
    expect(summaryDocument(run).thresholds[0]?.observed).toMatchObject({ value: 500, high: null, isBeyond: true });
  });

  test("thresholds asked for beside the run's own are marked, where both kinds meet", () => {
    const text = renderTerminalSummary(run, { width: 140, colour: false });
    expect(text).toMatch(/asked by$/m);
    expect(text).toMatch(/p95 < 500ms .* the run itself$/m);
    expect(text).toMatch(/p50 < 1s .* --threshold$/m);
    expect(summaryDocument(run).thresholds.map(({ isAdded }) => isAdded)).toEqual([undefined, true]);
    const alone = { stats, judgement: judgeRun(stats, [own]) };
    expect(renderTerminalSummary(alone, { width: 140, colour: false })).not.toContain("asked by");
  });

  test.each([60, 80, 100, 140])("no line is wider than %d cells", (width) => {
    for (const line of renderTerminalSummary(run, { width, colour: false }).split("\n"))
      expect(displayWidth(line), line).toBeLessThanOrEqual(width);
  });

  test("--quiet leaves one line: verdict and reason", () => {
    expect(renderVerdictLine(run.judgement, false)).toMatch(/^✗ FAIL {2}p95 < 500ms does not hold: .*\n$/);
    expect(renderVerdictLine({ ...run.judgement, because: "a\nb" }, true).split("\n")).toHaveLength(2);
  });
});

describe("summary.json", () => {
  test("has the shape that its schema says", () => {
    expect(summarySchema.parse(JSON.parse(renderSummaryJson(model)))).toEqual(summaryDocument(model));
  });

  test("keeps every digit", () => {
    const mean = model.stats.profiles[0]!.tasks[0]!.responseMs!.mean;
    expect(JSON.parse(renderSummaryJson(model)).profiles[0].tasks[0].responseMs.mean).toBe(mean);
  });

  test("says interrupted only when the run was", () => {
    const cut = {
      ...model,
      stats: { ...model.stats, end: { kind: "interrupted", atMs: 1, signal: undefined } as const },
    };
    expect(summaryDocument(cut).interrupted).toBe(true);
    expect(summaryDocument(model)).not.toHaveProperty("interrupted");
  });

  test("the JSON Schema lets fields be added", () =>
    expect(JSON.stringify(summaryJsonSchema())).not.toContain('"additionalProperties":false'));
});

describe("markdown", () => {
  test.each([
    ["<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"],
    ["a | b", "a \\| b"],
    ["*bold* `code` [link](http://x)", "\\*bold\\* \\`code\\` \\[link\\](http&#58;//x)"],
    ["<http://x>", "&lt;http&#58;//x&gt;"],
    ["p95 < 500ms", "p95 < 500ms"],
    ["single_embed", "single_embed"],
    ["_em_", "\\_em\\_"],
    ["# title", "\\# title"],
    ["- item", "\\- item"],
    ["1. item", "1\\. item"],
    ["@everyone see www.x.org", "@\u2060everyone see www&#46;x.org"],
    ["&lt;", "&amp;lt;"],
    ["a\n\nb", "a b"],
  ])("%j is shown as it is", (text, escaped) => expect(escapeMarkdown(text)).toBe(escaped));
});

describe("junit", () => {
  test("a failed threshold is a failure, an inconclusive one an error", () => {
    const xml = renderJunit(model);
    expect(xml).toContain('<testsuites name="plimsoll" tests="5" failures="1" errors="2" skipped="0"');
    expect(xml).toContain('<failure type="threshold"');
    expect(xml).toContain('<error type="inconclusive"');
  });

  test("a verdict that no threshold explains is a case of its own", () => {
    const unfit = judged({
      verdict: "inconclusive",
      exitCode: 3,
      thresholds: [],
      because: "The generator <was> unfit.",
    });
    expect(renderJunit(unfit)).toContain('name="verdict"');
    expect(renderJunit(unfit)).toContain('<error type="inconclusive" message="The generator &lt;was&gt; unfit."');
    expect(renderJunit(model)).not.toContain('name="verdict"');
  });

  test("thresholds of a profile that never ran are skipped", () => {
    const cut = { ...model, stats: { ...model.stats, profiles: model.stats.profiles.slice(0, 2) } };
    expect(renderJunit(cut)).toMatch(/<testsuite name="steady" tests="3" failures="0" errors="0" skipped="3"/);
  });

  test("names are unique in a suite", () => {
    const [first] = model.judgement.thresholds;
    const xml = renderJunit(judged({ thresholds: [first!, first!] }));
    expect(xml).toContain('name="p95 &lt; 500ms"');
    expect(xml).toContain('name="p95 &lt; 500ms (2)"');
  });
});

describe("github annotations", () => {
  test("a command's text cannot start another", () => {
    const forged = judged({ because: "100 % wrong\r\n::error::forged" });
    const [line] = renderGithubAnnotations(forged).split("\n");
    expect(line).toBe(
      "::error title=Plimsoll ✗ FAIL%3A minilm::100 %25 wrong ::error::forged%0AThe generator was degraded in spike: send lag p99 was 26 ms.",
    );
  });

  test("a fail is an error, an inconclusive a warning, a pass a notice", () => {
    const commands = renderGithubAnnotations(model)
      .trim()
      .split("\n")
      .map((line) => line.split(" ")[0]);
    expect(commands).toEqual(["::error", "::error", "::warning", "::warning"]);
    expect(renderGithubAnnotations(judged({ verdict: "pass", thresholds: [] }))).toMatch(/^::notice /);
  });
});

describe("prometheus", () => {
  const text = renderPrometheus(model);
  const lines = text.trimEnd().split("\n");

  test("every line is a comment or a sample", () => {
    for (const line of lines)
      expect(line).toMatch(
        /^(?:# (?:HELP|TYPE) plimsoll_\w+ .+|# EOF|plimsoll_\w+(?:\{\w+="(?:[^"\\]|\\.)*"(?:,\w+="(?:[^"\\]|\\.)*")*\})? -?(?:[\d.e+-]+|NaN|\+Inf))$/,
      );
  });

  test("each family has one HELP and one TYPE, before all of its samples, which stand together", () => {
    const families = lines.filter((line) => line.startsWith("# TYPE")).map((line) => line.split(" ")[2]!);
    expect(new Set(families).size).toBe(families.length);
    const order = lines
      .filter((line) => !line.startsWith("#"))
      .map((line) => /^\w+/.exec(line)![0])
      .map((name) => (families.includes(name) ? name : name.replace(/_(?:sum|count)$/, "")));
    const runs = order.filter((name, index) => name !== order[index - 1]);
    expect(runs).toEqual(families);
  });

  test("no series is given twice", () => {
    const series = lines.filter((line) => !line.startsWith("#")).map((line) => line.slice(0, line.lastIndexOf(" ")));
    expect(new Set(series).size).toBe(series.length);
  });

  test("no gauge takes a name that only counters may have", () => expect(text).not.toMatch(/^# TYPE \S+_total /m));
});
