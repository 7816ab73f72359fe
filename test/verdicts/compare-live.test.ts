/** `plimsoll compare URL URL` against servers of known speed; what it does when it cannot go on: `test/e2e/compare-live.test.ts`. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCli } from "../support/run-cli.ts";
import { startSimulatedTarget } from "../support/simulated-target.ts";
import { tempDir } from "../support/temp-dir.ts";

/** Slow enough that a generator which shares its cores with other tests is not late by as much. */
const SHORT = ["--rate", "60/s", "--duration", "20s", "--budget", "90s"];

test("half as slow again is worse, and both runs can be looked at", async () => {
  const [base, next] = [
    await startSimulatedTarget(["--service", "200ms"]),
    await startSimulatedTarget(["--service", "300ms"]),
  ];
  const out = tempDir();
  const args = ["compare", base.url, next.url, ...SHORT, "--max-pairs", "2", "--seed", "7", "--out", out];
  const compared = await runCli(args);
  expect([compared.code, compared.stdout]).toEqual([
    1,
    expect.stringMatching(/^✗ FAIL {2}NEW is slower: p\d\d of all requests \+\d+ %/),
  ]);
  expect(compared.stdout).toMatch(/(one pair|2 pairs) of the same schedule and requests/);
  expect(compared.stderr).toMatch(
    /^Both in turns, runs of 20 s at 60\.0 req\/s: at most 2 pairs, 1 m 20 s; seed 7\n[\s\S]*^After [^\n]*: p95 \+\d+ % \(.*\), worse\n$/m,
  );
  expect(readdirSync(out)).toEqual(expect.arrayContaining(["base", "comparison.json", "comparison.md", "new"]));
  // The runs are results like any other; held against each other they are judged by the same pairs.
  const again = await runCli(["compare", join(out, "base"), join(out, "new"), "--json"]);
  const live = JSON.parse(readFileSync(join(out, "comparison.json"), "utf8"));
  const { profiles, verdict, because } = JSON.parse(again.stdout);
  expect({ profiles, verdict, because }).toEqual({
    profiles: live.profiles,
    verdict: live.verdict,
    because: live.because,
  });
  expect(profiles).toEqual([expect.objectContaining({ name: "pair", isPaired: true })]);
});

test("a target is not worse than itself", async () => {
  const target = await startSimulatedTarget(["--service", "200ms"]);
  const compared = await runCli([
    "compare",
    target.url,
    target.url,
    ...SHORT,
    "--max-pairs",
    "1",
    "--json",
    "--out",
    tempDir(),
  ]);
  const document = JSON.parse(compared.stdout);
  expect([document.exitCode, document.profiles[0].isPaired]).toEqual([compared.code, true]);
  expect([0, 3]).toContain(compared.code);
});
