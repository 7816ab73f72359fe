import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { PlimsollError } from "../base/errors.ts";
import { readSimulation, type SimulationFlags } from "./simulation-config.ts";

function configFile(text: string): string {
  const dir = mkdtempSync(join(tmpdir(), "plimsoll-test-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const file = join(dir, "sim.yaml");
  writeFileSync(file, text);
  return file;
}

function failure(flags: SimulationFlags): PlimsollError {
  try {
    readSimulation(flags, 1);
  } catch (error) {
    if (error instanceof PlimsollError) return error;
  }
  throw new Error("no failure");
}

describe("the options of simulate", () => {
  test("flags are laid over the file; a path of the file inherits both", () => {
    const config = configFile("service: 5ms\nservers: 2\npaths:\n  /slow: { service: exponential 1s }\n");
    const simulation = readSimulation({ config, servers: "8", seed: "4" }, 1);
    expect(simulation).toMatchObject({ seed: 4, otherwise: { service: { ms: 5 }, serverCount: 8 } });
    expect(simulation.paths.get("/slow")).toMatchObject({ service: { meanMs: 1000 }, serverCount: 8 });
  });

  test("all that is wrong with the flags is told at once, under their names", () => {
    const { code, problems } = failure({ service: "20", batchTime: "x", servers: "0" });
    expect(code).toBe("SPEC_INVALID");
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^--service: "20" is wrong; expected a time such as 20ms/),
      expect.stringMatching(/^--servers: "0" is wrong; expected a whole number from 1/),
      expect.stringMatching(/^--batch-time: "x" is wrong/),
    ]);
  });

  test("what is wrong with the file is told with its place and the nearest key", () => {
    const config = configFile("service: 5ms\npaths:\n  /slow: { servce: 1s, queue: 3 }\n");
    const [problem] = failure({ config }).problems;
    expect(problem?.message).toContain('nearest: "service"');
    expect(problem?.place).toMatchObject({ file: config, line: 3 });
  });

  test("what only file and flags together show is told where the file has it", () => {
    const config = configFile("service: 5ms\nqueue: 3\n");
    const [problem] = failure({ config }).problems;
    expect(problem?.message).toMatch(/queue needs servers/);
    expect(problem?.place).toMatchObject({ line: 2 });
    expect(failure({ queue: "3" }).problems[0]?.message).toMatch(/^--queue: /);
  });

  test("a file that is not there is told", () => {
    expect(failure({ config: "/nowhere/sim.yaml" }).code).toBe("SPEC_UNREADABLE");
  });
});

test("the example of docs/simulate.md is a configuration", () => {
  const page = readFileSync(join(import.meta.dirname, "../../../../docs/simulate.md"), "utf8");
  const [, example = ""] = /```yml\n(.*?)```/s.exec(page) ?? [];
  const simulation = readSimulation({ config: configFile(example) }, 1);
  expect(simulation.seed).toBe(7);
  expect([...simulation.paths.keys()]).toEqual(["/embed", "/search", "/v1/chat/completions"]);
});
