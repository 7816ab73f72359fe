import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runUntilFit, untilFit } from "../support/fit-run.ts";
import { answersAfter, type KnownServer, startKnownServer } from "../support/known-server.ts";
import { runCli } from "../support/run-cli.ts";
import { tempDir } from "../support/temp-dir.ts";
import { writeSpec } from "../support/write-spec.ts";

let server: KnownServer;

beforeAll(async () => {
  server = await startKnownServer((request, response, body) =>
    answersAfter(request.url === "/slow" ? 300 : 5)(request, response, body),
  );
});

afterAll(() => server.close());

function specFor(path: string): object {
  return {
    name: "embeddings: 100 %, all",
    target: server.url,
    tasks: { ask: { get: path } },
    profiles: { steady: { rate: "50/s", for: "3s" } },
    thresholds: ["p95 < 150ms", "ask p50 < 140ms"],
  };
}

/** Workflow commands as GitHub reads them: `::name title=…::message`, each a line of standard output. */
function commandsIn(output: string): { name: string; title: string; message: string }[] {
  return [...output.matchAll(/^::(\w+) title=([^:]*)::(.*)$/gm)].map(([, name = "", title = "", message = ""]) => ({
    name,
    title: decodeURIComponent(title),
    message: decodeURIComponent(message),
  }));
}

describe("under GitHub Actions", () => {
  test("a failing run annotates the verdict and each failed threshold, and appends the step summary", async () => {
    const dir = tempDir();
    const stepSummary = join(dir, "step-summary.md");
    const out = join(dir, "out");
    const run = await untilFit(out, () => {
      writeFileSync(stepSummary, "# An earlier step\n");
      return runCli(["run", writeSpec(dir, specFor("/slow")), "--out", out], {
        env: { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: stepSummary },
      });
    });
    expect(run.code, run.stdout).toBe(1);
    const [verdict, ...thresholds] = commandsIn(run.stdout);
    expect(verdict).toMatchObject({ name: "error", title: "Plimsoll ✗ FAIL: embeddings: 100 %, all" });
    expect(verdict?.message).toContain("p95 < 150ms");
    expect(thresholds).toMatchObject([
      { name: "error", title: "p95 < 150ms (steady)" },
      { name: "error", title: "ask p50 < 140ms (steady)" },
    ]);
    const summary = readFileSync(join(dir, "out", "summary.md"), "utf8");
    expect(readFileSync(stepSummary, "utf8")).toBe(`# An earlier step\n${summary}`);
    expect(summary).toContain("FAIL");
  });

  test("a passing run is a notice; with --json standard output stays one document", async () => {
    const dir = tempDir();
    const run = await runUntilFit(["run", writeSpec(dir, specFor("/")), "--json"], join(dir, "out"), {
      env: { GITHUB_ACTIONS: "true" },
    });
    expect(run.code, run.stderr).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject({ verdict: "pass" });
    expect(commandsIn(run.stderr)).toMatchObject([{ name: "notice" }]);
  });

  test("elsewhere there is no annotation", async () => {
    const dir = tempDir();
    const run = await runCli(["run", writeSpec(dir, specFor("/slow")), "--out", join(dir, "out")]);
    expect(commandsIn(run.stdout + run.stderr)).toEqual([]);
  });
});
