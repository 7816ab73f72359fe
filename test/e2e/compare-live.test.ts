/** `plimsoll compare URL URL` when it cannot begin or is stopped; its verdicts: `test/verdicts/compare-live.test.ts`. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { answersAfter, type KnownServer, startKnownServer } from "../support/known-server.ts";
import { runCli } from "../support/run-cli.ts";
import { summaryIn } from "../support/summary.ts";
import { tempDir } from "../support/temp-dir.ts";
import { writeSpec } from "../support/write-spec.ts";

let server: KnownServer;
beforeAll(async () => {
  server = await startKnownServer(answersAfter(5));
});
afterAll(() => server.close());

const NOWHERE = "http://127.0.0.1:9";

describe("what cannot begin sends nothing and writes nothing", () => {
  test.each([
    ["NEW is not there", ["it", NOWHERE], 4, "took no connection within 5 s"],
    ["BASE is not there", [NOWHERE, "it"], 4, "took no connection within 5 s"],
    ["NEW is nobody's to load", ["it", "http://192.0.2.1"], 5, "neither a loopback nor a private"],
  ] as const)("%s", async (_name, targets, code, told) => {
    const cwd = tempDir();
    const urls = targets.map((url) => (url === "it" ? server.url : url));
    const compared = await runCli(["compare", ...urls, "--rate", "5/s"], { cwd });
    expect([compared.code, compared.stdout, compared.stderr]).toEqual([code, "", expect.stringContaining(told)]);
    expect([readdirSync(cwd), [...server.counts.keys()]]).toEqual([[], []]);
  });

  test("what does not go together ends with 2 and says so", async () => {
    const cwd = tempDir();
    const spec = writeSpec(cwd, {
      target: NOWHERE,
      tasks: { ask: { get: "/" } },
      profiles: { brief: { users: 1, for: "5s" } },
    });
    const two = [server.url, server.url];
    for (const [args, told] of [
      [two, "there is no load to compare at"],
      [[...two, "--rate", "0"], "--rate 0 is no rate"],
      [[...two, "--rate", "5", "--duration", "5s"], "runs of 5 s are too short to compare"],
      [[...two, "--spec", spec, "--profile", "brief"], "runs of 5 s are too short to compare"],
      [[...two, "--rate", "5", "--budget", "1m"], "--budget 1 m is not enough for one pair of runs of 1 m"],
      [[...two, "--rate", "5", "--max-pairs", "0"], "--max-pairs 0: a whole number from 1 to 100"],
      [[...two, "--rate", "5", "--max-regression", "0.1"], "a percentage from 1% to 100%"],
      [[...two, "--profile", "steady"], "there is no --spec"],
      [[...two, "--spec", spec, "--profile", "steady"], 'the spec has no profile "steady"'],
      [[...two, "--spec", spec, "--body", "x"], "--body does not go with --spec"],
      [[...two, "--rate", "5", "--slo", "p95<1s"], "--slo is what a load is looked for by, and --rate gives the load"],
      [[server.url, cwd], "a target that runs is compared with another one, not with a result"],
      [[cwd, cwd, "--max-pairs", "2"], "--max-pairs is for two URLs"],
    ] as const) {
      const ended = await runCli(["compare", ...args], { cwd });
      expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining(told)]);
    }
  });
});

test("a BASE that keeps no promise gives no load: the search says why, and no pair is run", async () => {
  const failing = await startKnownServer((_request, response) => response.writeHead(503).end());
  onTestFinished(() => failing.close());
  const next = await startKnownServer(answersAfter(5));
  onTestFinished(() => next.close());
  const out = tempDir();
  const urls = [failing.url, next.url];
  const compared = await runCli(["compare", ...urls, "--slo", "errors<1%", "--json", "--out", out]);
  expect([compared.code, JSON.parse(compared.stdout)]).toEqual([
    3,
    expect.objectContaining({
      verdict: "inconclusive",
      exitCode: 3,
      because: expect.stringMatching(
        /^It cannot be told whether NEW is worse: none of [\d\s]+ requests of the first look succeeded; most often http-5xx: status 503\.$/,
      ),
      advice: [expect.stringContaining("--rate 50/s")],
      profiles: [],
    }),
  ]);
  expect(compared.stderr).toMatch(
    /^Neither --rate nor --profile is given, so the capacity of BASE is looked for first\.$/m,
  );
  expect(readdirSync(out).sort()).toEqual(["comparison.html", "comparison.json", "comparison.md", "find"]);
  expect(summaryIn(join(out, "find")).capacity).toMatchObject({ by: "rate", value: null });
  expect([...failing.counts.values()].some((count) => count > 1)).toBe(true);
  expect([...next.counts.keys()]).toEqual([]);
});

describe("stopped by a signal", () => {
  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("%s ends both runs at once, with %i; what was measured is kept", async (signal, code) => {
    const out = tempDir();
    const userInfo = server.url.replace("//", "//me:hush@");
    const args = ["compare", userInfo, server.url, "--rate", "20/s", "--max-pairs", "2", "--json", "--out", out];
    const compared = await runCli(args, {
      onStart: (child) => {
        const poll = setInterval(() => {
          if (!hasSeconds(join(out, "base"))) return;
          clearInterval(poll);
          child.kill(signal);
        }, 50);
      },
    });
    const document = JSON.parse(compared.stdout);
    expect([compared.code, document]).toEqual([
      code,
      expect.objectContaining({
        verdict: "inconclusive",
        exitCode: code,
        because: "It cannot be told whether NEW is worse: it was stopped before the first pair was whole.",
      }),
    ]);
    expect(compared.stderr).toContain(`interrupted: everything measured until then is in ${out}\n`);
    expect(readdirSync(out).sort()).toEqual(["base", "comparison.html", "comparison.json", "comparison.md", "new"]);
    const base = await runCli(["report", join(out, "base"), "--json"]);
    expect(JSON.parse(base.stdout)).toMatchObject({ interrupted: true, profiles: [{ name: "pair" }] });
    expect((await runCli(["report", join(out, "new"), "--json"])).code).toBe(0);
    // Credentials in an address are nobody's business.
    expect([compared.stdout, compared.stderr, readFileSync(join(out, "base/run.plj"), "utf8")].join()).not.toContain(
      "hush",
    );
  });
});

function hasSeconds(folder: string): boolean {
  const journal = join(folder, "run.plj");
  return existsSync(journal) && readFileSync(journal, "utf8").includes('"k":"d"');
}
