/** A command with `--json` that is refused tells scripts so on standard output, and people on standard error. */
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { answersAfter, startKnownServer } from "../support/known-server.ts";
import { runCli } from "../support/run-cli.ts";
import { tempDir } from "../support/temp-dir.ts";

/** A port of this machine on which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

const LOAD = ["--users", "1", "--duration", "1s"];

test.each([
  [["run", "--url", "http://127.0.0.1/", "--bogus"], 2, "USAGE", /^unknown option '--bogus'/],
  [["fly"], 2, "USAGE", /^unknown command 'fly'/],
  [["run"], 2, "SPEC_UNREADABLE", /plimsoll\.yaml/],
  [["run", "--url", "http://192.0.2.1/", ...LOAD], 5, "TARGET_REFUSED", /192\.0\.2\.1/],
  [["find", "--url", "http://127.0.0.1/"], 2, "USAGE", /promise|--slo/],
  [["compare", "nowhere", "elsewhere"], 2, "RESULT_UNREADABLE", /nowhere/],
  [["check", "nowhere"], 2, "RESULT_UNREADABLE", /nowhere/],
] as const)("%j", async (args, code, error, message) => {
  const run = await runCli([...args, "--json"], { cwd: tempDir() });
  expect(run.code, run.stderr).toBe(code);
  expect(JSON.parse(run.stdout)).toEqual({
    schema: "plimsoll.error/1",
    exitCode: code,
    error: {
      code: error,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/./),
      problems: [],
    },
  });
  expect(run.stderr).not.toBe("");
});

test("a target that takes no connection is 4", async () => {
  const url = `http://127.0.0.1:${await closedPort()}/`;
  const run = await runCli(["run", "--json", "--url", url, ...LOAD], { cwd: tempDir() });
  expect([run.code, JSON.parse(run.stdout)]).toMatchObject([4, { exitCode: 4, error: { code: "TARGET_NOT_READY" } }]);
});

test("every problem of a spec is told with its place", async () => {
  const cwd = tempDir();
  writeFileSync(join(cwd, "bad.yaml"), "target: http://127.0.0.1\ntasks: { a: { get: /, wieght: 2 } }\nprofiles: {}\n");
  const run = await runCli(["run", "bad.yaml", "--json"], { cwd });
  const { error } = JSON.parse(run.stdout);
  expect([run.code, error.code]).toEqual([2, "SPEC_INVALID"]);
  expect(error.problems).toContainEqual({
    message: expect.stringContaining('unknown key "wieght"'),
    hint: null,
    place: { file: "bad.yaml", line: 2, column: expect.any(Number) },
  });
});

test("an answer is no refusal, and without --json standard output stays empty", async () => {
  const server = await startKnownServer(answersAfter(1));
  try {
    const run = await runCli(["run", "--json", "--url", `${server.url}/`, ...LOAD], { cwd: tempDir() });
    expect(JSON.parse(run.stdout).schema).toBe("plimsoll.summary/1");
    expect((await runCli(["run"], { cwd: tempDir() })).stdout).toBe("");
  } finally {
    await server.close();
  }
});
