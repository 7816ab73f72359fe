/** `plimsoll compare URL URL` against servers of known speed; what it does when it cannot go on: `test/e2e/compare-live.test.ts`. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCli } from "../support/run-cli.ts";
import { startSimulatedTarget } from "../support/simulated-target.ts";
import { tempDir } from "../support/temp-dir.ts";

const SHORT = ["--rate", "60/s", "--duration", "20s", "--max-pairs", "1"];

test("half as slow again is worse after one pair, and both runs can be looked at", async () => {
  const [base, next] = [
    await startSimulatedTarget(["--service", "20ms"]),
    await startSimulatedTarget(["--service", "30ms"]),
  ];
  const out = tempDir();
  const compared = await runCli(["compare", base.url, next.url, ...SHORT, "--seed", "7", "--out", out]);
  expect([compared.code, compared.stdout]).toEqual([
    1,
    expect.stringMatching(/^✗ FAIL {2}NEW is slower: p\d\d of all requests \+\d+ %/),
  ]);
  expect(compared.stdout).toContain("one pair of the same schedule and requests");
  expect(compared.stderr).toMatch(
    /^Both in turns, runs of 20 s at 60\.0 req\/s: one pair, 40 s; seed 7\n[\s\S]*^After 1 pair: p95 \+\d+ % \(.*\), worse\n$/m,
  );
  expect(readdirSync(out)).toEqual(expect.arrayContaining(["base", "comparison.json", "comparison.md", "new"]));
  // The runs are results like any other.
  const again = await runCli(["compare", join(out, "base"), join(out, "new"), "--json"]);
  expect([again.code, JSON.parse(again.stdout).profiles]).toEqual([1, [expect.objectContaining({ isPaired: true })]]);
});

test("a target is not worse than itself", async () => {
  const target = await startSimulatedTarget(["--service", "20ms"]);
  const compared = await runCli(["compare", target.url, target.url, ...SHORT, "--json", "--out", tempDir()]);
  const document = JSON.parse(compared.stdout);
  expect([document.exitCode, document.profiles[0].isPaired]).toEqual([compared.code, true]);
  expect([0, 3]).toContain(compared.code);
});
