import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runUntilFit } from "../support/fit-run.ts";
import { answersAfter, type KnownServer, startKnownServer } from "../support/known-server.ts";
import { runCli } from "../support/run-cli.ts";
import { tempDir } from "../support/temp-dir.ts";
import { writeSpec } from "../support/write-spec.ts";

let server: KnownServer;

beforeAll(async () => {
  server = await startKnownServer((request, response, body) => {
    if (request.url === "/broken") {
      response.writeHead(503, { "retry-after": "1" }).end("no");
    } else if (request.url === "/not-ready") {
      response.writeHead(503, { "content-type": "application/json" }).end('{"status":"loading"}');
    } else if (request.url !== "/never") answersAfter(request.url === "/slow" ? 400 : 20)(request, response, body);
  });
});

afterAll(() => server.close());

function specFor(path: string, more: object = {}): object {
  return {
    target: server.url,
    tasks: { ask: { get: path } },
    profiles: { steady: { rate: "100/s", for: "4s" } },
    thresholds: ["p95 < 500ms"],
    ...more,
  };
}

function summaryOf(out: string) {
  return JSON.parse(readFileSync(join(out, "summary.json"), "utf8"));
}

describe("the exit code says what came of it", () => {
  test("0: every threshold holds", async () => {
    const dir = tempDir();
    const run = await runUntilFit(["run", writeSpec(dir, specFor("/ok"))], dir);
    expect(run.stderr + run.stdout).toContain("✓ PASS");
    expect(run.code).toBe(0);
    expect(summaryOf(dir)).toMatchObject({ schema: "plimsoll.summary/1", verdict: "pass", exitCode: 0 });
  });

  test("1: a threshold is breached, and the verdict line says which and by how much", async () => {
    const dir = tempDir();
    const run = await runUntilFit(["run", writeSpec(dir, specFor("/slow", { thresholds: ["p95 < 200ms"] }))], dir);
    expect(run.stdout).toMatch(/✗ FAIL .*p95 < 200ms/);
    expect(run.code, run.stdout).toBe(1);
    expect(summaryOf(dir)).toMatchObject({
      verdict: "fail",
      exitCode: 1,
      thresholds: [{ verdict: "fail", limit: 200 }],
    });
  });

  test("1: a target that fails every request fails, also without thresholds", async () => {
    const dir = tempDir();
    const run = await runUntilFit(["run", writeSpec(dir, specFor("/broken", { thresholds: [] }))], dir);
    expect(run.code, run.stdout).toBe(1);
    const tasks = summaryOf(dir).profiles[0].tasks;
    expect(tasks.at(-1).errors).toMatchObject([{ kind: "http-5xx", count: tasks.at(-1).requests }]);
  });

  test("2: a bad spec, with every fault, its place and the nearest valid key", async () => {
    const dir = tempDir();
    const spec = writeSpec(dir, {
      target: server.url,
      tasks: { ask: { get: "/", weigth: 2 } },
      profiles: { p: { users: 1, for: "30" } },
    });
    const run = await runCli(["run", spec, "--out", join(dir, "out")]);
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(/plimsoll\.json:\d+:\d+: .*weigth/);
    expect(run.stderr).toContain("weight");
    expect(run.stderr).toMatch(/plimsoll\.json:\d+:\d+: .*30/);
    expect(existsSync(join(dir, "out"))).toBe(false);
  });

  test.each([
    ["an unknown flag", ["run", "--no-such-flag"]],
    ["an unknown command", ["launch"]],
    ["a missing spec", ["run", "no-such-file.yaml"]],
    ["an unreadable result", ["report", "no-such-folder"]],
    ["a spec and a URL at once", ["run", "plimsoll.yaml", "--url", "http://127.0.0.1:1/"]],
  ])("2: %s", async (_name, args) => {
    const run = await runCli(args, { cwd: tempDir() });
    expect(run.code).toBe(2);
    expect(run.stderr.length).toBeGreaterThan(20);
    expect(run.stdout).toBe("");
  });

  test("3: a threshold on a task that was never asked is inconclusive, never a pass", async () => {
    const dir = tempDir();
    const spec = specFor("/ok", {
      tasks: { ask: { get: "/ok", weight: 1000 }, rare: { get: "/rare", weight: 0.000001 } },
      thresholds: ["rare p95 < 500ms"],
    });
    const run = await runUntilFit(["run", writeSpec(dir, spec)], dir);
    expect(run.code).toBe(3);
    expect(run.stdout).toContain("◐ INCONCLUSIVE");
    expect(summaryOf(dir)).toMatchObject({
      verdict: "inconclusive",
      profiles: [{ generator: { health: expect.stringMatching(/^(ok|degraded)$/) } }],
      thresholds: [{ verdict: "inconclusive" }],
    });
  });

  test("4: never ready, with what was last seen, and nothing else is sent", async () => {
    const dir = tempDir();
    const ready = { get: "/not-ready", expect: { json: { status: "healthy" } }, timeout: "1s", interval: "100ms" };
    const before = server.counts.get("GET /untouched") ?? 0;
    const run = await runCli(["run", writeSpec(dir, specFor("/untouched", { ready })), "--out", join(dir, "out")]);
    expect(run.code).toBe(4);
    expect(run.stderr).toContain("503");
    expect(run.stderr).toContain("loading");
    expect(server.counts.get("GET /untouched") ?? 0).toBe(before);
  });

  test("4: nothing listens there", async () => {
    const dir = tempDir();
    const run = await runCli(["run", writeSpec(dir, specFor("/", { target: "http://127.0.0.1:1" })), "--out", dir]);
    expect(run.code).toBe(4);
    expect(run.stderr).toContain("127.0.0.1:1");
  });

  test("5: a public host is refused before a byte is sent", async () => {
    const dir = tempDir();
    const run = await runCli(["run", writeSpec(dir, specFor("/", { target: "http://192.0.2.1" })), "--out", dir]);
    expect(run.code).toBe(5);
    expect(run.stderr).toContain("--i-am-authorised");
  });

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("%s: %i, and everything measured until then is written", async (signal, code) => {
    const dir = tempDir();
    const spec = writeSpec(dir, specFor("/ok", { profiles: { long: { users: 5, for: "60s" } } }));
    let isSent = false;
    const run = await runCli(["run", spec, "--out", dir], {
      // The first progress line comes 5 s into the run: load is going on.
      onStderr: (text, child) => {
        if (isSent || !text.includes("long 5 s")) return;
        isSent = true;
        child.kill(signal);
      },
    });
    expect(run.code).toBe(code);
    const summary = summaryOf(dir);
    expect(summary).toMatchObject({ verdict: "inconclusive", exitCode: code, interrupted: true });
    const [profile] = summary.profiles;
    expect(profile.arrivals.completed).toBeGreaterThan(100);
    expect(profile.arrivals.sent).toBe(
      profile.arrivals.completed + profile.arrivals.failed + profile.arrivals.inFlightAtEnd,
    );
    expect(existsSync(join(dir, "report.html"))).toBe(true);
  });

  test("a second SIGINT gives up at once what is in flight, and still keeps everything", async () => {
    const dir = tempDir();
    const spec = writeSpec(dir, specFor("/never", { profiles: { long: { users: 3, for: "60s" } }, drain: "50s" }));
    let signals = 0;
    const startedAtMs = performance.now();
    const run = await runCli(["run", spec, "--out", dir], {
      onStderr: (text, child) => {
        if (signals > 0 || !text.includes("long 5 s")) return;
        signals++;
        child.kill("SIGINT");
        setTimeout(() => child.kill("SIGINT"), 500);
      },
    });
    expect(run.code).toBe(130);
    expect(performance.now() - startedAtMs).toBeLessThan(30_000);
    const [profile] = summaryOf(dir).profiles;
    expect(profile.arrivals).toMatchObject({ sent: 3, completed: 0, failed: 0, inFlightAtEnd: 3 });
  });
});
