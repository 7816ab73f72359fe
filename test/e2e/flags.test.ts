import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { csvRows } from "../support/csv-rows.ts";
import { filesUnder } from "../support/files-under.ts";
import { type KnownServer, startKnownServer } from "../support/known-server.ts";
import { runCli } from "../support/run-cli.ts";
import { summaryIn } from "../support/summary.ts";
import { tempDir } from "../support/temp-dir.ts";
import { writeSpec } from "../support/write-spec.ts";

const LOCUST = join(import.meta.dirname, "../fixtures/locust-2.47/ramp_up_stats.csv");

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

let server: KnownServer;
let asked: Asked[] = [];

beforeAll(async () => {
  server = await startKnownServer((request, response, body) => {
    const { method = "", url = "", headers } = request;
    asked.push({ method, url, headers, body });
    setTimeout(() => response.end("ok"), url === "/slow" ? 300 : 10);
  });
});

beforeEach(() => {
  asked = [];
});

afterAll(() => server.close());

/** Runs by flags alone, in a folder of its own, and returns what its profile came to. */
async function runFlags(path: string, flags: readonly string[], cwd = tempDir()) {
  const run = await runCli(["run", "--url", server.url + path, ...flags], { cwd });
  expect(run.code, run.stderr).toBeOneOf([0, 3]);
  const out = join(cwd, "results");
  return { run, out, profile: summaryIn(out).profiles[0] };
}

describe("a run without a spec", () => {
  test("--users and --duration: profile `run`, one task named METHOD /path", async () => {
    const { profile, out } = await runFlags("/models/a?x=1&y=%2F", ["--users", "3", "--duration", "1500ms"]);
    expect(profile).toMatchObject({ name: "run", users: 3 });
    expect(profile.durationMs).toBeGreaterThanOrEqual(1_500);
    expect(profile.durationMs).toBeLessThan(2_500);
    expect(profile.tasks.map((task: { name: string }) => task.name)).toEqual(["GET /models/a", "Aggregated"]);
    expect(csvRows(join(out, "run_stats.csv"))[0]).toMatchObject({ Type: "GET", Name: "GET /models/a" });
    expect(profile.arrivals.sent).toBe(asked.length);
    expect(new Set(asked.map(({ url }) => url))).toEqual(new Set(["/models/a?x=1&y=%2F"]));
  });

  test.each([["50/s"], ["50"]])("--rate %s is 50 arrivals a second", async (rate) => {
    const { profile } = await runFlags("/", ["--rate", rate, "--arrivals", "constant", "--duration", "1s"]);
    expect(profile).toMatchObject({ ratePerSec: 50, arrivals: { planned: 50, sent: 50 } });
    expect(asked).toHaveLength(50);
  });

  test("--body, --header and --method go out as they are", async () => {
    const cwd = tempDir();
    writeFileSync(join(cwd, "body.json"), '{ "texts": ["ä", "{{not a template}}"] }');
    const load = ["--rate", "20/s", "--duration", "500ms"];
    const header = ["--header", "X-Model: mini lm", "--header", "accept:application/json"];
    await runFlags("/embed", ["--body", "@body.json", ...header, ...load], cwd);
    expect(asked[0]).toMatchObject({
      method: "POST",
      body: '{ "texts": ["ä", "{{not a template}}"] }',
      headers: { "x-model": "mini lm", accept: "application/json" },
    });
    asked = [];
    await runFlags("/embed", ["--method", "put", "--body", '{"n": 1, "deep": [true, null]}', ...load]);
    expect(asked[0]).toMatchObject({ method: "PUT", headers: { "content-type": "application/json" } });
    expect(JSON.parse(asked[0]!.body)).toEqual({ n: 1, deep: [true, null] });
  });

  test("--threshold judges it, --spawn-rate and --think shape it", async () => {
    asked = [];
    const flags = ["--users", "4", "--spawn-rate", "2", "--think", "100ms", "--duration", "3s"];
    const threshold = ["--threshold", "p50 < 250ms"];
    const run = await runCli(["run", "--url", `${server.url}/slow`, ...flags, ...threshold], { cwd: tempDir() });
    // Beside four browsers the generator may be late, and then says so instead of blaming the target.
    expect(run.code, run.stdout).toBe(run.stdout.includes("the generator was not fit") ? 3 : 1);
    expect(run.stdout).toContain("p50 < 250ms");
    // Users begin 0, 0.5, 1 and 1.5 s into it and ask every 400 ms: 8 + 7 + 5 + 4.
    expect(asked.length).toBeGreaterThanOrEqual(22);
    expect(asked.length).toBeLessThanOrEqual(25);
  });

  test.each([
    ["no load", ["--duration", "1s"], /no load.*users.*rate/],
    ["users and a rate", ["--users", "1", "--rate", "1/s", "--duration", "1s"], /--rate|--users/],
    ["no duration", ["--users", "1"], /--duration/],
    ["a duration without its unit", ["--users", "1", "--duration", "30"], /--duration.*30/],
    ["a rate that is none", ["--rate", "fast", "--duration", "1s"], /--rate.*fast/],
    ["a body that is not there", ["--users", "1", "--duration", "1s", "--body", "@nowhere.json"], /--body.*nowhere/],
    ["a header without a colon", ["--users", "1", "--duration", "1s", "--header", "nonsense"], /--header.*nonsense/],
    ["a seed that is none", ["--users", "1", "--duration", "1s", "--seed", "lucky"], /--seed.*lucky/],
  ])("%s is 2, told under the flag's name, and nothing is sent", async (_name, flags, told) => {
    const run = await runCli(["run", "--url", `${server.url}/`, ...flags], { cwd: tempDir() });
    expect([run.code, run.stdout]).toEqual([2, ""]);
    expect(run.stderr).toMatch(told);
    expect(asked).toEqual([]);
  });
});

describe("beside a spec", () => {
  const spec = (profile: object) =>
    writeSpec(tempDir(), { target: server.url, tasks: { ask: { get: "/" } }, profiles: { it: profile } });

  test("--arrivals changes the one --profile", async () => {
    const cwd = tempDir();
    const flags = ["--profile", "it", "--arrivals", "constant"];
    const run = await runCli(["run", spec({ rate: "50/s", for: "1s" }), ...flags, "--seed", "1"], { cwd });
    expect(run.code, run.stderr).toBeOneOf([0, 3]);
    expect(summaryIn(join(cwd, "results")).profiles[0].arrivals).toMatchObject({ planned: 50, sent: 50 });
  });

  test.each([
    ["--method", ["--method", "POST"], "--method goes with --url only"],
    ["--header", ["--header", "a: b"], "--header goes with --url only"],
    ["--body", ["--body", "x"], "--body goes with --url only"],
    ["--think without a profile", ["--think", "1s"], "Name it with --profile"],
    ["--think where nobody thinks", ["--profile", "it", "--think", "1s"], "--think: think time belongs to users"],
  ])("%s, which would change nothing, is 2, and nothing is sent", async (_name, flags, told) => {
    const run = await runCli(["run", spec({ rate: "50/s", for: "1s" }), ...flags], { cwd: tempDir() });
    expect([run.code, run.stdout]).toEqual([2, ""]);
    expect(run.stderr).toContain(told);
    expect(asked).toEqual([]);
  });
});

describe("output", () => {
  const load = ["--rate", "40/s", "--duration", "1s", "--seed", "5"];

  test("--json puts exactly one document on standard output, the summary's file", async () => {
    const { run, out } = await runFlags("/", [...load, "--json"]);
    expect(run.stdout).toBe(filesUnder(out).get("summary.json"));
    expect(JSON.parse(run.stdout)).toMatchObject({ schema: "plimsoll.summary/1", exitCode: run.code });
    expect(run.stderr).toContain("Results");
  });

  test("--quiet prints the verdict on one line and nothing else, and writes everything", async () => {
    const { run, out } = await runFlags("/", [...load, "--quiet"]);
    expect(run.stdout).toMatch(/^(✓ PASS|◐ INCONCLUSIVE) {2}.+\n$/);
    expect(run.stderr).toBe("");
    expect(filesUnder(out).size).toBe(9);
  });

  test("colours only when asked for on a pipe, never against NO_COLOR or --no-color", async () => {
    const coloured = (flags: readonly string[], env: Readonly<Record<string, string>>) =>
      runCli(["check", LOCUST, ...flags], { env }).then(({ stdout }) => stdout.includes("\x1b["));
    expect(await coloured([], { NO_COLOR: "" })).toBe(false);
    expect(await coloured([], { NO_COLOR: "", FORCE_COLOR: "1" })).toBe(true);
    expect(await coloured([], { NO_COLOR: "1", FORCE_COLOR: "1" })).toBe(false);
    expect(await coloured(["--no-color"], { NO_COLOR: "", FORCE_COLOR: "1" })).toBe(false);
  });
});

describe("the same seed", () => {
  const spec = () => ({
    target: server.url,
    data: { words: ["a", "b", "c", "d", "e", "f", "g"] },
    tasks: {
      one: {
        weight: 3,
        post: "/one/{{integer 1 1000}}",
        json: { pick: { pick: "words", count: [1, 4] }, n: { integer: [1, 1e6] } },
      },
      two: {
        weight: 1,
        post: "/two",
        json: { id: { uuid: true }, count: { counter: true } },
        query: { q: "{{pick words}}" },
      },
    },
  });

  async function heard(profile: object, seed: string, threads: string): Promise<string[]> {
    asked = [];
    const dir = tempDir();
    const path = writeSpec(dir, { ...spec(), profiles: { it: profile } });
    const run = await runCli(["run", path, "--seed", seed, "--threads", threads, "--out", join(dir, "out")]);
    expect(run.code, run.stderr).toBeOneOf([0, 3]);
    return asked.map(({ method, url, body }) => `${method} ${url} ${body}`);
  }

  test("open loop: the same requests on 1 thread or 2, and others for another seed", async () => {
    const open = { rate: "80/s", for: "1s" };
    const once = await heard(open, "7", "1");
    expect(once.length).toBeGreaterThan(40);
    expect((await heard(open, "7", "1")).sort()).toEqual(once.toSorted());
    expect((await heard(open, "7", "2")).sort()).toEqual(once.toSorted());
    const other = await heard(open, "8", "1");
    expect(other.filter((request) => once.includes(request))).toEqual([]);
  });

  test("closed loop: one user's requests come in the same order", async () => {
    const closed = { users: 1, for: "3s", think: { uniform: ["5ms", "15ms"] } };
    const [once, twice] = [await heard(closed, "7", "1"), await heard(closed, "7", "2")];
    const both = Math.min(once.length, twice.length);
    expect(both).toBeGreaterThan(30);
    expect(twice.slice(0, both)).toEqual(once.slice(0, both));
  });
});
