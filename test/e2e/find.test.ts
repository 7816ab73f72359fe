/** `plimsoll find` at its edges: what is refused, what never answers well, what a stranger's server sends. */
import { existsSync, readFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { runCli } from "../support/run-cli.ts";
import { startSimulatedTarget } from "../support/simulated-target.ts";
import { summaryIn } from "../support/summary.ts";
import { tempDir } from "../support/temp-dir.ts";
import { writeSpec } from "../support/write-spec.ts";

test.each([
  ["no promise to search the limit of", [], "--slo"],
  ["a promise that no load can be searched for", ["--slo", "rps>5/s"], "errors<1%"],
  ["flags of the other kind of load", ["--slo", "p95<1s", "--by", "rate", "--max-users", "5"], "--by users"],
  ["a budget without its unit", ["--slo", "p95<1s", "--budget", "600"], "10m"],
  ["a search to go on with where there is none", ["--slo", "p95<1s", "--resume"], "--resume"],
])("2: %s, before anything is sent", async (_, flags, hint) => {
  const dir = tempDir();
  const run = await runCli(["find", "--url", "http://127.0.0.1:1/", ...flags, "--out", join(dir, "out")]);
  expect([run.code, run.stdout]).toEqual([2, ""]);
  expect(run.stderr).toContain(hint);
  expect(existsSync(join(dir, "out"))).toBe(false);
});

test("2: what only goes with --url is refused beside a spec, which says it itself", async () => {
  const dir = tempDir();
  const spec = writeSpec(dir, {
    target: "http://127.0.0.1:1",
    tasks: { ask: { get: "/" } },
    profiles: { crowd: { users: 1, for: "1s" } },
  });
  const run = await runCli(["find", spec, "--slo", "p95<1s", "--think", "1s", "--out", join(dir, "out")]);
  expect(run.code).toBe(2);
  expect(run.stderr).toContain("--think goes with --url only");
});

test("4: a target that never becomes ready; nothing is written", async () => {
  const dir = tempDir();
  const out = join(dir, "out");
  const run = await runCli(["find", "--url", "http://127.0.0.1:1/", "--slo", "p95<1s", "--out", out]);
  expect(run.code).toBe(4);
  expect(run.stderr).not.toContain("Searching");
  expect(existsSync(out)).toBe(false);
});

test("5: a public host is refused before a byte is sent", async () => {
  const run = await runCli(["find", "--url", "http://192.0.2.1/", "--slo", "p95<1s", "--out", join(tempDir(), "out")]);
  expect(run.code).toBe(5);
  expect(run.stderr).not.toContain("Searching");
});

test("3: a target that fails every request has no capacity of zero, but none; --quiet leaves one line", async () => {
  const dir = tempDir();
  const target = await startSimulatedTarget(["--errors", "503 100%"]);
  const flags = ["--slo", "errors<1%", "--slo", "p95<1s", "--start", "20", "--budget", "30s", "--quiet", "--out", dir];
  const run = await runCli(["find", "--url", `${target.url}/`, ...flags]);
  expect(run.code).toBe(3);
  expect(run.stdout.trimEnd().split("\n")).toHaveLength(1);
  expect(run.stdout).toMatch(/^◐ INCONCLUSIVE {2}/);
  expect(run.stderr).toBe("");
  expect(run.stdout).toContain("succeeded; most often http-5xx: status 503");
  expect(summaryIn(dir).capacity).toMatchObject({ value: null, low: null, high: null });
});

/** As a sentence reads, wherever it was wrapped. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}

test("3: a wrong path ends with the first look, and every report says which error it was", async () => {
  const dir = tempDir();
  const server = createHttpServer((_, response) => response.writeHead(404).end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const flags = ["--slo", "p95<500ms", "--target-rate", "20/s", "--budget", "30s", "--out", dir];
  const run = await runCli(["find", "--url", `http://127.0.0.1:${port}/typo`, ...flags]);
  expect(run.code).toBe(3);
  const why = /none of [\d\s]+ requests of the first look succeeded; most often http-4xx: status 404/;
  expect(oneLine(run.stdout)).toMatch(why);
  expect(run.stdout).not.toContain("--start");
  for (const name of ["summary.md", "junit.xml", "summary.json", "report.html"])
    expect(oneLine(readFileSync(join(dir, name), "utf8")), name).toMatch(why);
  expect(summaryIn(dir).capacity).toMatchObject({
    outcome: "none-succeeded",
    steps: [],
    target: { load: 20, verdict: "inconclusive" },
  });
});

test("3: what a hostile server sends is a failure among others, and nothing of it reaches the terminal", async () => {
  const dir = tempDir();
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () =>
      socket.end("HTTP/1.1 200 \x1b]0;owned\x07OK\r\nContent-Length: banana\r\n\r\n<script>x</script>"),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const flags = ["--slo", "errors<1%", "--slo", "p95<1s", "--start", "20", "--budget", "20s", "--json", "--out", dir];
  const run = await runCli(["find", "--url", `http://127.0.0.1:${port}/`, ...flags]);
  expect(run.code).toBe(3);
  expect(JSON.parse(run.stdout)).toMatchObject({ schema: "plimsoll.summary/1", verdict: "inconclusive", exitCode: 3 });
  expect(run.stdout + run.stderr).not.toMatch(/\x1b|<script>/);
});
