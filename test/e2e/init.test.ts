/** What `init` writes runs: against the reference endpoint, or a server that answers what was described. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { startKnownServer } from "../support/known-server.ts";
import { type StartedProcess, startProcess } from "../support/processes.ts";
import { runCli } from "../support/run-cli.ts";
import { summaryIn } from "../support/summary.ts";
import { tempDir } from "../support/temp-dir.ts";

const BIN = join(import.meta.dirname, "../../packages/plimsoll/bin/plimsoll.js");

let endpoint: StartedProcess;

beforeAll(async () => {
  endpoint = await startProcess(process.execPath, [BIN, "serve", "--port", "0"], { ready: /ready: (http:\S+)/ });
});

afterAll(() => endpoint.stop());

/**
 * Each profile for 1 s and by at most 4 users, and a latency limit that any machine keeps: how fast the model is is not
 * the question here. All else stays as `init` wrote it.
 */
function shorten(path: string, target?: string): void {
  const spec = parse(readFileSync(path, "utf8"));
  for (const profile of Object.values<Record<string, unknown>>(spec.profiles)) {
    profile["for"] = "1s";
    if (profile["users"] !== undefined) profile["users"] = 4;
  }
  expect(spec.thresholds).toContain("p95 < 500ms");
  spec.thresholds = spec.thresholds.map((expr: string) => expr.replace("500ms", "30s"));
  if (target !== undefined) spec.target = target;
  writeFileSync(path, stringify(spec));
}

async function runWritten(dir: string, env: Readonly<Record<string, string>> = {}) {
  const run = await runCli(["run"], { cwd: dir, env });
  // A few seconds of load decide little; what was written must only never be a bad spec or a failure.
  expect(run.code, run.stdout + run.stderr).toBeOneOf([0, 3]);
  return summaryIn(join(dir, "results"));
}

function expectAllSucceeded(summary: ReturnType<typeof summaryIn>): void {
  for (const { name, arrivals } of summary.profiles) {
    expect(arrivals.completed, name).toBeGreaterThan(0);
    expect([name, arrivals.failed]).toEqual([name, 0]);
  }
}

describe("init", () => {
  test("alone writes a spec for an embedding endpoint, with its data", async () => {
    const dir = tempDir();
    const init = await runCli(["init"], { cwd: dir });
    expect(init.code, init.stderr).toBe(0);
    expect(init.stdout).toContain("plimsoll.yaml");
    expect(init.stdout).toContain("plimsoll run");
    expect(existsSync(join(dir, "sentences.txt"))).toBe(true);
    shorten(join(dir, "plimsoll.yaml"), endpoint.url);
    const summary = await runWritten(dir);
    expect(summary.profiles).toHaveLength(4);
    expectAllSucceeded(summary);
  });

  test("--curl writes the request, its secret as a reference", async () => {
    const dir = tempDir();
    const heard: string[] = [];
    const server = await startKnownServer((request, response, body) => {
      heard.push(`${request.method} ${request.url} ${request.headers.authorization} ${body}`);
      response.end("ok");
    });
    const curl = `curl '${server.url}/v1/embeddings?dim=384' -X POST -H 'Authorization: Bearer sk-very-secret-1' \\
      -H 'Content-Type: application/json' --data-raw '{"input":"it'\\''s a fair wind","model":"minilm"}' --compressed`;
    try {
      const init = await runCli(["init", "--curl", curl], { cwd: dir });
      expect(init.code, init.stderr).toBe(0);
      const written = readFileSync(join(dir, "plimsoll.yaml"), "utf8");
      expect(written).not.toContain("sk-very-secret-1");
      const [, name = ""] = /\$\{(\w+)\}/.exec(written) ?? [];
      expect(init.stdout + init.stderr).toContain(name);
      shorten(join(dir, "plimsoll.yaml"));
      expectAllSucceeded(await runWritten(dir, { [name]: "sk-very-secret-1" }));
      expect(heard.length).toBeGreaterThan(10);
      expect(new Set(heard)).toEqual(
        new Set(['POST /v1/embeddings?dim=384 Bearer sk-very-secret-1 {"input":"it\'s a fair wind","model":"minilm"}']),
      );
    } finally {
      await server.close();
    }
  });

  test("--openapi URL writes a task for each operation of a live service", async () => {
    const dir = tempDir();
    const init = await runCli(["init", "--openapi", `${endpoint.url}/openapi.json`], { cwd: dir });
    expect(init.code, init.stderr).toBe(0);
    shorten(join(dir, "plimsoll.yaml"));
    const summary = await runWritten(dir);
    expectAllSucceeded(summary);
    const spec = parse(readFileSync(join(dir, "plimsoll.yaml"), "utf8"));
    const asked = Object.values<Record<string, string>>(spec.tasks).map((task) => task["post"] ?? task["get"]);
    expect(asked).toEqual(expect.arrayContaining(["/embed", "/v1/embeddings", "/health"]));
  });

  test("--openapi FILE writes the same but for the address", async () => {
    const dir = tempDir();
    writeFileSync(join(dir, "openapi.json"), await (await fetch(`${endpoint.url}/openapi.json`)).text());
    const init = await runCli(["init", "--openapi", "openapi.json", "--out", "load/spec.yaml"], { cwd: dir });
    expect(init.code, init.stderr).toBe(0);
    await runCli(["init", "--openapi", `${endpoint.url}/openapi.json`, "--out", "other.yaml"], { cwd: dir });
    const [file, url] = ["load/spec.yaml", "other.yaml"].map((name) => parse(readFileSync(join(dir, name), "utf8")));
    expect({ ...file, target: "", name: "" }).toEqual({ ...url, target: "", name: "" });
    expect(url.target).toBe(endpoint.url);
  });

  test("overwrites nothing unless told to", async () => {
    const dir = tempDir();
    writeFileSync(join(dir, "plimsoll.yaml"), "mine\n");
    const refused = await runCli(["init"], { cwd: dir });
    expect([refused.code, refused.stdout]).toEqual([2, ""]);
    expect(refused.stderr).toMatch(/plimsoll\.yaml is already there[\s\S]*--force/);
    expect(readFileSync(join(dir, "plimsoll.yaml"), "utf8")).toBe("mine\n");
    expect(existsSync(join(dir, "sentences.txt"))).toBe(false);
    expect((await runCli(["init", "--force"], { cwd: dir })).code).toBe(0);
    expect(readFileSync(join(dir, "plimsoll.yaml"), "utf8")).toContain("tasks:");
  });

  test.each([
    ["a curl command without an address", ["--curl", "curl -X POST"]],
    ["a document that is not there", ["--openapi", "nowhere.json"]],
    ["a service that is not there", ["--openapi", "http://127.0.0.1:1/openapi.json"]],
    ["two sources", ["--curl", "curl http://127.0.0.1/", "--openapi", "x.json"]],
  ])("%s is 2, and nothing is written", async (_name, args) => {
    const dir = tempDir();
    const init = await runCli(["init", ...args], { cwd: dir });
    expect([init.code, init.stdout]).toEqual([2, ""]);
    expect(init.stderr).not.toContain("BUG");
    expect(existsSync(join(dir, "plimsoll.yaml"))).toBe(false);
  });
});
