import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { capacityReport } from "../../packages/plimsoll/src/analysis/capacity/capacity-report.ts";
import {
  askedSearch,
  finishedSearch,
  stationAnswer,
  statsOf,
} from "../../packages/plimsoll/src/analysis/capacity/imagined-search.ts";
import type { ProfileStats } from "../../packages/plimsoll/src/analysis/run-stats.ts";
import { renderResultFiles } from "../../packages/plimsoll/src/cli/report-files.ts";
import { comparisonDataOf } from "../../packages/plimsoll/src/report/comparison-data.ts";
import { renderComparisonJson } from "../../packages/plimsoll/src/report/comparison-json.ts";
import { renderComparisonMarkdown } from "../../packages/plimsoll/src/report/comparison-markdown.ts";
import { renderComparisonTerminal } from "../../packages/plimsoll/src/report/comparison-terminal.ts";
import { renderGithubAnnotations } from "../../packages/plimsoll/src/report/github-annotations.ts";
import { type ReportUi, renderComparisonHtml } from "../../packages/plimsoll/src/report/html.ts";
import { cutText } from "../../packages/plimsoll/src/report/printable.ts";
import { renderPrometheus } from "../../packages/plimsoll/src/report/prometheus.ts";
import type { ReportModel } from "../../packages/plimsoll/src/report/report-model.ts";
import { sampleReport } from "../../packages/plimsoll/src/report/report-sample.ts";
import { renderTerminalSummary, renderVerdictLine } from "../../packages/plimsoll/src/report/terminal-summary.ts";
import { compareSamples, sampleBuild } from "../../packages/plimsoll/src/verdict/comparison-sample.ts";
import { judgeSearch } from "../../packages/plimsoll/src/verdict/judge-search.ts";
import { buildUi, loadUi } from "../../packages/ui/build.mjs";
import { acting, HOSTILE, OVERLONG, uncut } from "../support/hostile-texts.ts";
import {
  expectInertCsv,
  expectInertHtml,
  expectInertMarkdown,
  expectInertXml,
  JUNIT_ELEMENTS,
} from "../support/inert-files.ts";

// Every file that run, find and compare write, with every name and message as an enemy would choose it.

const TEXTS: readonly string[] = [...Object.values(HOSTILE), OVERLONG];

let folder: string;
let ui: ReportUi;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plimsoll-ui-"));
  ui = await loadUi(await buildUi(folder));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function expectInert(files: ReadonlyMap<string, string>, headings: RegExp): void {
  for (const [name, text] of files) {
    expect(name).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]*\.(?:csv|html|json|md|xml)$/);
    expect([name, uncut(text)]).toEqual([name, ""]);
    if (name.endsWith(".csv")) expectInertCsv(name, text);
    if (name.endsWith(".md")) expectInertMarkdown(name, text, headings);
    if (name.endsWith(".xml")) expectInertXml(name, text, JUNIT_ELEMENTS);
    if (name.endsWith(".html")) expectInertHtml(name, text);
    if (name.endsWith(".json")) expect(() => JSON.parse(text)).not.toThrow();
  }
}

function expectInertTerminal(text: string): void {
  expect([acting(text), uncut(text)]).toEqual(["", ""]);
}

/** A profile of every hostile name, with a task and an error of every one. */
function hostileProfile(profile: ProfileStats, name: string): ProfileStats {
  const [task] = profile.tasks;
  const errors = TEXTS.map(
    (message) => ({ kind: "http-5xx", count: 3, message, firstAtMs: 0, lastAtMs: 1000 }) as const,
  );
  const tasks = TEXTS.map((text) => ({ ...task!, name: text, method: text, errors }));
  const generator = { ...profile.generator, health: "degraded", reasons: TEXTS } as const;
  return {
    ...profile,
    name,
    planned: { ...profile.planned, name },
    tasks: [...tasks, profile.tasks.at(-1)!],
    generator,
  };
}

function hostileRun(): ReportModel {
  const { stats, judgement } = sampleReport();
  const all = TEXTS.join(" ");
  const profiles = TEXTS.map((text) => hostileProfile(stats.profiles[1]!, text));
  const events = TEXTS.map((message) => ({ k: "ev", code: message, level: "warning", atMs: 0, message }) as const);
  const [threshold] = judgement.thresholds;
  return {
    stats: {
      ...stats,
      profiles,
      events,
      imbalances: TEXTS,
      plan: { ...stats.plan, name: all, target: all, command: all, phases: profiles.map(({ planned }) => planned) },
    },
    judgement: {
      ...judgement,
      because: all,
      reasons: TEXTS,
      thresholds: TEXTS.map((text) => ({
        ...threshold!,
        expr: text,
        profile: text,
        task: text,
        why: text,
        verdict: "fail",
      })),
      brokeFirst: { expr: all, profile: TEXTS[0]!, task: all, atMs: 1000, sentence: all },
      findings: TEXTS.map((text) => ({
        ...{ code: text, level: "warning", profile: text, task: text, fromMs: 0, toMs: 1000, message: text },
      })),
    },
  };
}

describe("a run", () => {
  const model = hostileRun();

  test("acts in none of its files", () => {
    const files = renderResultFiles(model, ui);
    expect([...files.keys()].filter((name) => name.endsWith(".csv"))).toHaveLength(4 * TEXTS.length);
    expectInert(files, /^(?:## ⦵ ✗ FAIL: |### )/);
    const summary = JSON.parse(files.get("summary.json")!);
    expect(summary.profiles.map(({ name }: { name: string }) => name)).toEqual(TEXTS.map((text) => cutText(text)));
  });

  test("acts neither in the terminal nor in a CI log nor in a scrape", () => {
    for (const width of [80, 200]) expectInertTerminal(renderTerminalSummary(model, { width, colour: false }));
    expectInertTerminal(renderVerdictLine(model.judgement, false));
    const annotations = renderGithubAnnotations(model);
    expect(uncut(annotations)).toBe("");
    for (const line of annotations.split("\n").filter((text) => text !== ""))
      expect(line).toMatch(/^::(?:error|warning|notice) title=[^\n]*$/);
    const metrics = renderPrometheus(model);
    expect([acting(metrics), uncut(metrics)]).toEqual(["", ""]);
    for (const line of metrics.split("\n").filter((text) => text !== ""))
      expect(line).toMatch(/^(?:# (?:HELP|TYPE|EOF)|\w+(?:\{(?:\w+="(?:[^"\\]|\\["\\n])*",?)*\})? [-+\w.]+$)/);
  });
});

test("a search acts in none of its files", () => {
  const tasks = TEXTS.map((name) => ({ name, method: "GET", path: "/", share: 1 / TEXTS.length }));
  const stats = statsOf(
    finishedSearch({
      asked: askedSearch({ startLoad: 40, budgetMs: 120_000 }),
      seed: 11,
      limitsMs: [500],
      target: () => stationAnswer(8, 100),
      tasks,
    }),
  );
  const found = capacityReport(stats)!;
  const all = TEXTS.join(" ");
  const slos = TEXTS.map((text) => ({ expr: `${text} p95<500ms`, task: text, allowedRatio: 0.05, limitMs: 500 }));
  const counts = slos.map(() => ({ count: 100, badCount: 3 }));
  const levelCounts = slos.map(() => ({ count: 100, badCount: 3, low: 0.01, high: 0.04 }));
  const report = {
    ...found,
    asked: { ...found.asked, slos },
    limitedBy: { slo: all, task: all },
    steps: found.steps.map((row) => ({ ...row, name: all, counts })),
    levels: found.levels.map((row) => ({ ...row, counts: levelCounts })),
    unfit: TEXTS.map((text) => ({ ...found.steps[0]!, name: text, reasons: TEXTS })),
    illConditioned: TEXTS,
  };
  const plan = { ...stats.plan, name: all, target: all, command: all };
  const hostile = { ...stats, plan };
  const model: ReportModel = { stats: hostile, judgement: judgeSearch(hostile, report), capacity: report };
  const files = renderResultFiles(model, ui);
  expect([...files.keys()].sort()).toEqual([
    "find_levels.csv",
    "find_steps.csv",
    "junit.xml",
    "report.html",
    "summary.json",
    "summary.md",
  ]);
  expectInert(files, /^(?:## ⦵ . [A-Z]+: |### )/);
  expectInertTerminal(renderTerminalSummary(model, { width: 100, colour: false }));
});

test("a comparison acts in none of its files", () => {
  const tasks = TEXTS.map((name) => ({ name, method: "GET", path: "/", share: 1 / TEXTS.length }));
  const build = (seed: number) => sampleBuild({ seed, profile: { name: HOSTILE.markdown }, more: { tasks } });
  const compared = compareSamples([build(1)], [build(2)]);
  const all = TEXTS.join(" ");
  const comparison = {
    ...compared,
    because: all,
    base: { ...compared.base, name: all },
    next: { ...compared.next, name: all },
    notes: TEXTS,
    advice: TEXTS,
    profiles: compared.profiles.map((profile) => ({ ...profile, reasons: TEXTS, warnings: TEXTS })),
  };
  const files = new Map([
    ["comparison.json", renderComparisonJson(comparison)],
    ["comparison.md", renderComparisonMarkdown(comparison)],
    ["comparison.html", renderComparisonHtml(comparisonDataOf(comparison), ui)],
  ]);
  expectInert(files, /^(?:## ⦵ . [A-Z]+: |### )/);
  expectInertTerminal(renderComparisonTerminal(comparison, { width: 100, colour: false }));
});
