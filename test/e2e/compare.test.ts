/** `plimsoll compare` and `plimsoll baseline` on journals of imagined runs; on real ones: `test/verdicts/compare.test.ts`. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import {
  askedSearch,
  finishedSearch,
  stationAnswer,
} from "../../packages/plimsoll/src/analysis/capacity/imagined-search.ts";
import { pairJournal } from "../../packages/plimsoll/src/analysis/comparison/turn-sample.ts";
import { sampleLatencyMs } from "../../packages/plimsoll/src/analysis/sample-load.ts";
import { encodeLine } from "../../packages/plimsoll/src/records/line-codec.ts";
import type { JournalRecord, PlannedSearch } from "../../packages/plimsoll/src/records/record.ts";
import { CHROMIUM_NEED, HAS_CHROMIUM, launchBrowser } from "../support/browser.ts";
import { testNeeding } from "../support/needs.ts";
import { openReport } from "../support/report-page.ts";
import { runCli } from "../support/run-cli.ts";
import { tempDir } from "../support/temp-dir.ts";
import { writeJournal } from "../support/write-journal.ts";

const LOCUST = join(import.meta.dirname, "../fixtures/locust-2.47/ramp_up_stats.csv");

const K6 = join(import.meta.dirname, "../fixtures/k6");

/** A run of 40 s at 40/s whose times are log-normal about 80 ms. */
function writeBuild(
  dir: string,
  runId: string,
  build: { slowdown?: number; seed?: number; name?: string; rate?: number } = {},
) {
  const { slowdown = 1, seed = 1, name = "steady", rate = 40 } = build;
  return writeJournal(dir, {
    runId,
    seed,
    profiles: [
      {
        name,
        ratePerSec: rate,
        durationMs: 40_000,
        answer: ({ random }) => ({ serviceMs: sampleLatencyMs(random, 80 * slowdown, 0.2) }),
      },
    ],
  });
}

/** A search against as many servers of 100 ms each. */
function writeSearch(
  dir: string,
  name: string,
  { servers = 8, slos }: { servers?: number; slos?: PlannedSearch["slos"] } = {},
): string {
  const asked = askedSearch({ startLoad: 40, levels: [], ...(slos === undefined ? {} : { slos }) });
  const limitsMs = asked.slos.flatMap(({ limitMs = [] }) => limitMs);
  const records = finishedSearch({ asked, seed: 5, limitsMs, target: () => stationAnswer(servers, 100) });
  mkdirSync(join(dir, name));
  writeFileSync(join(dir, name, "run.plj"), records.map((record, n) => encodeLine(record, n)).join(""));
  return join(dir, name);
}

describe("results", () => {
  test("0, 1 and 3 as the verdict is; --quiet says it in one line, --json in one document", async () => {
    const dir = tempDir();
    const base = writeBuild(join(dir, "base"), "run-base-01");
    const slower = writeBuild(join(dir, "slower"), "run-slow-01", { slowdown: 1.2 });
    const other = writeBuild(join(dir, "other"), "run-othr-01", { rate: 20 });
    const passed = await runCli(["compare", base, base, "--quiet"]);
    expect([passed.code, passed.stdout]).toEqual([
      0,
      expect.stringMatching(/^✓ PASS {2}NEW is no worse than BASE: [^\n]+\n$/),
    ]);
    const failed = await runCli(["compare", base, join(slower, "run.plj"), "--json"]);
    expect([failed.code, JSON.parse(failed.stdout)]).toEqual([
      1,
      expect.objectContaining({ schema: "plimsoll.comparison/1" }),
    ]);
    const loose = await runCli(["compare", base, slower, "--max-regression", "50%"]);
    expect(loose.code).toBe(0);
    const barred = await runCli(["compare", base, other]);
    expect([barred.code, barred.stdout]).toEqual([
      3,
      expect.stringContaining("The load differs: 40/s in BASE, 20/s in NEW"),
    ]);
  });

  test("--out writes the files and prints all the same", async () => {
    const dir = tempDir();
    const base = writeBuild(join(dir, "base"), "run-base-01");
    const out = join(dir, "out");
    const compared = await runCli(["compare", base, base, "--out", out]);
    expect(compared.stdout).toContain("comparison.json");
    expect(readdirSync(out)).toEqual(expect.arrayContaining(["comparison.json", "comparison.md"]));
    expect(JSON.parse(readFileSync(join(out, "comparison.json"), "utf8")).verdict).toBe("pass");
    expect(readFileSync(join(out, "comparison.md"), "utf8")).toMatch(/^## ⦵ ✓ PASS/);
  });

  testNeeding(HAS_CHROMIUM, CHROMIUM_NEED)(
    "the page that it leaves opens from a link, and another task is chosen",
    async () => {
      const dir = tempDir();
      const base = writeBuild(join(dir, "base"), "run-base-01");
      const slower = writeBuild(join(dir, "slower"), "run-slow-01", { slowdown: 1.2 });
      expect((await runCli(["compare", base, slower, "--out", join(dir, "out")])).code).toBe(1);
      const left = `${pathToFileURL(join(dir, "out/comparison.html")).href}#task=single_embed`;
      const { page, complaints } = await openReport(await launchBrowser(), left);
      const subjects = page.locator("#comparison .chart .subject");
      expect(await subjects.allInnerTexts()).toEqual(["steady · single_embed"]);
      await page.getByRole("combobox", { name: "Task" }).selectOption("batch_embed");
      await expect.poll(() => subjects.allInnerTexts()).toEqual(["steady · batch_embed"]);
      expect(complaints).toEqual([]);
    },
  );

  test("nothing in common, nothing there and a wrong limit end with 2 and say what there is", async () => {
    const dir = tempDir();
    const base = writeBuild(join(dir, "base"), "run-base-01");
    const other = writeBuild(join(dir, "other"), "run-othr-01", { name: "spike" });
    const runs = [
      [[base, other], "BASE has: steady. NEW has: spike."],
      [[base, base, "--profile", "spike"], 'no profile "spike" is in both'],
      [[base, join(dir, "nowhere")], "neither a file nor a baseline"],
      [["baseline:main", base], "No baseline is kept in"],
      [["baseline:../x", base], "neither a file nor a baseline"],
      [[base, dir, "--max-regression", "0.1"], "a percentage from 1% to 100%"],
    ] as const;
    for (const [args, told] of runs) {
      const compared = await runCli(["compare", ...args], { cwd: dir });
      expect([compared.code, compared.stderr]).toEqual([2, expect.stringContaining(told)]);
    }
  });

  test("a folder of runs is the baseline; earlier runs of a run folder only teach the noise", async () => {
    const dir = tempDir();
    const results = join(dir, "results");
    for (const seed of [2, 3, 4, 5, 6]) writeBuild(join(results, "runs", `r${seed}`), `run-old-000${seed}`, { seed });
    writeBuild(results, "run-new-0001");
    const next = writeBuild(join(dir, "next"), "run-next-001");
    const read = async (base: string) =>
      JSON.parse((await runCli(["compare", base, next, "--json"])).stdout).profiles[0];
    expect(await read(join(results, "runs"))).toMatchObject({ baseRunCount: 5 });
    const folder = await read(results);
    expect(folder).toMatchObject({ baseRunCount: 1, isPaired: true });
    expect(folder.metrics.at(-3).noise).toMatchObject({ isAssumed: false, runCount: 6 });
  });

  test("two searches are compared by the capacities in their journals", async () => {
    const dir = tempDir();
    const [base, less] = [writeSearch(dir, "base"), writeSearch(dir, "less", { servers: 5 })];
    const failed = await runCli(["compare", base, join(less, "run.plj"), "--json"]);
    expect([failed.code, JSON.parse(failed.stdout)]).toEqual([
      1,
      expect.objectContaining({ profiles: [], capacity: expect.objectContaining({ by: "rate", verdict: "fail" }) }),
    ]);
    const same = await runCli(["compare", base, base]);
    expect([same.code, same.stdout]).toEqual([0, expect.stringContaining("NEW carries as much: ")]);
  });

  test("a search beside a run, or one that was asked something else: what each is, and what to do", async () => {
    const dir = tempDir();
    const search = writeSearch(dir, "base");
    const other = writeSearch(dir, "other", { slos: [{ expr: "p95<1s", allowedRatio: 0.05, limitMs: 1000 }] });
    const run = writeBuild(join(dir, "run"), "run-base-01");
    expect((await runCli(["report", search, "--out", join(dir, "files")])).code).toBe(0);
    const summary = join(dir, "files/summary.json");
    for (const [sides, told, hint] of [
      [[search, run], "BASE is a search for the capacity within p95<500ms, NEW a run (steady)", "a run with"],
      [[run, summary], "BASE is a run (steady), NEW a search for the capacity", "a search with a search"],
      [[search, other], "that of BASE is within p95<500ms, that of NEW within p95<1s", "with the --by and --slo of"],
    ] as const) {
      const compared = await runCli(["compare", ...sides]);
      expect([compared.code, compared.stderr]).toEqual([2, expect.stringContaining(told)]);
      expect(compared.stderr).toContain(hint);
    }
    // The steps of a search are no profiles, in its summary neither.
    const same = await runCli(["compare", summary, search, "--json"]);
    expect([same.code, JSON.parse(same.stdout)]).toEqual([
      0,
      expect.objectContaining({ profiles: [], capacity: expect.objectContaining({ verdict: "pass" }) }),
    ]);
  });

  test("the sides of a comparison in turns are judged by the pairs that it counted", async () => {
    const dir = tempDir();
    const write = (name: string, records: readonly JournalRecord[]): string => {
      mkdirSync(join(dir, name));
      writeFileSync(join(dir, name, "run.plj"), records.map((record, n) => encodeLine(record, n)).join(""));
      return join(dir, name);
    };
    const base = write("base", pairJournal(["fit", "fit", "fit"]));
    const next = write("new", pairJournal(["fit", "spoilt", "fit"], { run: "run-next-01" }));
    const compared = await runCli(["compare", base, next, "--json"]);
    const { profiles, notes, verdict } = JSON.parse(compared.stdout);
    expect([compared.code, verdict, notes]).toEqual([
      0,
      "pass",
      ["1 of 3 pairs is left out: the generator was not fit to judge by."],
    ]);
    expect(profiles).toEqual([
      expect.objectContaining({ isPaired: true, baseRunCount: 2, nextRunCount: 2, reasons: [] }),
    ]);
  });

  test("another tool's file is judged by the point, beside its like or a journal", async () => {
    const dir = tempDir();
    const slower = join(dir, "slower_stats.csv");
    writeFileSync(slower, readFileSync(LOCUST, "utf8").replaceAll(",2500,", ",2900,"));
    const same = await runCli(["compare", LOCUST, LOCUST]);
    expect([same.code, same.stdout]).toEqual([0, expect.stringMatching(/point figures,\s+without intervals/)]);
    expect((await runCli(["compare", LOCUST, slower])).code).toBe(1);
    const faster = await runCli(["compare", LOCUST, writeBuild(join(dir, "new"), "run-new-0001")]);
    expect([faster.code, faster.stdout]).toEqual([0, expect.stringContaining("all requests")]);
  });
});

/** Results of other tools whose every time is `scale` times as long. */
const OTHER_TOOLS = {
  "k6's summary": (scale: number) => scaled(JSON.parse(readFileSync(join(K6, "machine-readable.json"), "utf8")), scale),
  "vLLM's benchmark": (scale: number) => ({
    ...{ endpoint_type: "openai", num_prompts: 1000, duration: 20, completed: 1000, failed: 0, request_throughput: 50 },
    ...{ mean_e2el_ms: 800 * scale, median_e2el_ms: 700 * scale, p99_e2el_ms: 1500 * scale },
  }),
  guidellm: (scale: number) => ({
    metadata: { guidellm_version: "0.8.1" },
    benchmarks: [
      {
        config: { strategy: { type_: "constant" } },
        duration: 10,
        metrics: {
          request_totals: { successful: 900, errored: 0, incomplete: 0 },
          request_latency: {
            successful: { mean: 0.5 * scale, count: 900, percentiles: { p50: 0.4 * scale, p95: 1.2 * scale } },
          },
        },
      },
    ],
  }),
  aiperf: (scale: number) => ({
    ...{ schema_version: "1.4", aiperf_version: "0.13.0" },
    request_latency: { unit: "ms", avg: 500 * scale, p50: 400 * scale, p95: 900 * scale, min: 100, max: 2000 * scale },
    request_count: { unit: "requests", avg: 500 },
    error_request_count: { unit: "requests", avg: 0 },
    benchmark_duration: { unit: "sec", avg: 10 },
  }),
} as const;

/** At scale 1. */
const OTHER_P50_MS: Readonly<Record<string, number>> = {
  "k6's summary": 120.5,
  "vLLM's benchmark": 700,
  guidellm: 400,
  aiperf: 400,
};

/** k6: the response times in a summary. */
function scaled(summary: { results: { metrics: { name: string; values: Record<string, number> }[] } }, scale: number) {
  for (const { name, values } of summary.results.metrics) {
    if (!name.startsWith("http_req_duration")) continue;
    for (const key of Object.keys(values)) values[key]! *= scale;
  }
  return summary;
}

describe("results of other tools", () => {
  test.each(Object.entries(OTHER_TOOLS))("%s: as long as before passes, a fifth longer fails", async (tool, result) => {
    const dir = tempDir();
    const [base, same, slower] = [1, 1.01, 1.2].map((scale, at) => {
      const path = join(dir, `${at}.json`);
      writeFileSync(path, JSON.stringify(result(scale)));
      return path;
    });
    const passed = await runCli(["compare", base!, same!, "--json"]);
    expect([passed.code, JSON.parse(passed.stdout)]).toEqual([
      0,
      expect.objectContaining({ verdict: "pass", isPointsOnly: true }),
    ]);
    const failed = await runCli(["compare", base!, slower!, "--json"]);
    const { because, profiles } = JSON.parse(failed.stdout);
    expect([failed.code, because]).toEqual([1, expect.stringMatching(/^NEW is slower: p\d\d .*\+20 %/)]);
    const p50 = profiles[0].metrics.find(({ metric }: Metric) => metric === "p50");
    expect(p50.base).toBeCloseTo(OTHER_P50_MS[tool] ?? Number.NaN, 9);
    const times = profiles[0].metrics.filter(({ unit, change }: Metric) => unit === "ms" && change !== null);
    expect(times.length).toBeGreaterThan(1);
    for (const { change } of times) expect(change).toMatchObject({ value: expect.closeTo(0.2, 9), low: null });
  });
});

interface Metric {
  readonly metric: string;
  readonly unit: string;
  readonly change: { readonly value: number } | null;
}

describe("baselines", () => {
  test("save keeps runs under a name, list shows them, compare takes the name", async () => {
    const dir = tempDir();
    writeBuild(join(dir, "results"), "run-base-01");
    const second = writeBuild(join(dir, "second"), "run-base-02", { seed: 2 });
    const saved = await runCli(["baseline", "save", "main"], { cwd: dir });
    expect([saved.code, saved.stdout]).toEqual([0, expect.stringContaining("plimsoll compare baseline:main results")]);
    expect(readFileSync(join(dir, ".plimsoll/baselines/main/run-base-01/run.plj"))).toEqual(
      readFileSync(join(dir, "results/run.plj")),
    );
    expect((await runCli(["baseline", "save", "main"], { cwd: dir })).stdout).toContain("Was kept already");
    await runCli(["baseline", "save", "main", join(second, "run.plj")], { cwd: dir });
    const listed = await runCli(["baseline", "list"], { cwd: dir });
    expect(listed.stdout).toMatch(
      /^Baseline +runs +latest +spec +verdict +size\nmain +2 +\d{4}-\d\d-\d\d \d\d:\d\dZ +sample +✓ pass +[\d.]+ kB\n$/,
    );
    const document = JSON.parse((await runCli(["baseline", "list", "--json"], { cwd: dir })).stdout);
    expect(document.baselines[0].runs.map(({ id }: { id: string }) => id)).toEqual(["run-base-01", "run-base-02"]);
    for (const name of ["main", "baseline:main"]) {
      const compared = await runCli(["compare", name, "results"], { cwd: dir });
      expect([compared.code, compared.stdout]).toEqual([0, expect.stringContaining("baseline:main (2 runs, sample)")]);
    }
    expect((await runCli(["compare", "main", "results", "--dir", join(dir, "elsewhere")], { cwd: dir })).code).toBe(2);
  });

  test("a search that is kept beside runs is told from them", async () => {
    const dir = tempDir();
    writeBuild(join(dir, "results"), "run-base-01");
    const search = writeSearch(dir, "search");
    await runCli(["baseline", "save", "main"], { cwd: dir });
    const saved = await runCli(["baseline", "save", "main", search], { cwd: dir });
    expect([saved.code, saved.stdout]).toEqual([
      0,
      expect.stringMatching(/; main has 1 run and 1 search\. This is a search: its capacity is compared with /),
    ]);
    expect((await runCli(["baseline", "list"], { cwd: dir })).stdout).toMatch(/^main +1 \(\+1 search\) /m);
    const compared = await runCli(["compare", "main", "results"], { cwd: dir });
    expect([compared.code, compared.stdout]).toEqual([0, expect.stringContaining("NEW is no worse than BASE")]);
  });

  test("a name that is a path, a run that did not end, and no name end with 2", async () => {
    const dir = tempDir();
    writeBuild(join(dir, "results"), "run-base-01");
    writeJournal(join(dir, "killed"), { runId: "run-kill-01", end: "killed" });
    for (const [args, told] of [
      [["save", "../main"], "is no name for a baseline"],
      [["save", ".."], "is no name for a baseline"],
      [["save", "main", "killed"], "did not come to its end"],
      [
        ["save", "main", "nowhere"],
        "there is no run to keep: nowhere does not exist [RESULT_UNREADABLE]\n  `plimsoll run`",
      ],
      [["save"], "needs a name"],
      [["list", "main"], "takes no name"],
    ] as const) {
      const ended = await runCli(["baseline", ...args], { cwd: dir });
      expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining(told)]);
    }
    const nothing = await runCli(["baseline", "list"], { cwd: dir });
    expect([nothing.code, nothing.stdout]).toEqual([0, expect.stringContaining("No baseline is kept in .plimsoll")]);
  });
});
