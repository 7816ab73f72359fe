import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type KnownServer, startKnownServer } from "../support/known-server.ts";
import { runCli } from "../support/run-cli.ts";
import { tempDir } from "../support/temp-dir.ts";

let server: KnownServer;
let bodies: string[] = [];

beforeAll(async () => {
  server = await startKnownServer((request, response, body) => {
    bodies.push(`${request.method} ${request.url} ${body}`);
    response.writeHead(200, { "content-type": "application/json" }).end('{"dimensions":3}');
  });
});

beforeEach(() => {
  bodies = [];
});

afterAll(() => server.close());

const HELPERS = `
export interface Words { readonly sentences: readonly string[] }
export const words: Words = { sentences: ["a fair wind", "a calm sea", "high water"] };
export const embed = (weight: number, count: readonly [number, number]) => ({
  weight,
  post: "/embed",
  json: { texts: { pick: "sentences", count: [...count] as [number, number] } },
});
`;

const SPEC = `
import { defineTest } from "plimsoll";
import { embed, words } from "./lib/helpers.ts";

const target: string = process.env["PLIMSOLL_TEST_TARGET"] ?? "";

export default defineTest({
  name: "typed",
  target,
  data: { sentences: [...words.sentences] },
  tasks: {
    single: { ...embed(8, [1, 2]), expect: { json: { dimensions: 3 } } },
    batch: embed(2, [8, 32]),
  },
  profiles: { steady: { rate: "60/s", for: "2s" } },
  thresholds: ["errors < 50%"],
});
`;

const YAML = `
name: typed
target: "\${PLIMSOLL_TEST_TARGET}"
data: { sentences: [a fair wind, a calm sea, high water] }
tasks:
  single:
    weight: 8
    post: /embed
    json: { texts: { pick: sentences, count: [1, 2] } }
    expect: { json: { dimensions: 3 } }
  batch: { weight: 2, post: /embed, json: { texts: { pick: sentences, count: [8, 32] } } }
profiles:
  steady: { rate: 60/s, for: 2s }
thresholds: [errors < 50%]
`;

function write(dir: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(join(dir, "lib"), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
}

/** The spec that a run journalled, and all that the server was asked. */
async function runIn(dir: string, args: readonly string[]) {
  bodies = [];
  const run = await runCli(["run", ...args, "--seed", "11", "--out", join(dir, "out")], {
    cwd: dir,
    env: { PLIMSOLL_TEST_TARGET: server.url },
  });
  const plan = readFileSync(join(dir, "out", "run.plj"), "utf8").split("\n")[1] ?? "";
  return { run, spec: JSON.parse(plan.slice(9)).spec, bodies };
}

describe("a spec in TypeScript", () => {
  test("runs, and is to the byte what YAML says", async () => {
    const dir = tempDir();
    write(dir, { "plimsoll.ts": SPEC, "lib/helpers.ts": HELPERS });
    const typed = await runIn(dir, []);
    expect(typed.run.code, typed.run.stderr).toBeOneOf([0, 3]);
    expect(typed.bodies.length).toBeGreaterThan(80);

    const other = tempDir();
    write(other, { "plimsoll.yaml": YAML });
    const written = await runIn(other, []);
    expect(typed.spec).toEqual(written.spec);
    expect(typed.bodies.toSorted()).toEqual(written.bodies.toSorted());
  });

  test("leaves nothing behind, neither beside it nor among the temporary files", async () => {
    const dir = tempDir();
    write(dir, { "plimsoll.ts": SPEC, "lib/helpers.ts": HELPERS });
    const strays = () => readdirSync(tmpdir()).filter((name) => name.startsWith("plimsoll-spec-"));
    const before = strays();
    await runIn(dir, []);
    expect(strays().filter((name) => !before.includes(name))).toEqual([]);
    expect(readdirSync(dir).sort()).toEqual(["lib", "out", "plimsoll.ts"]);
  });

  test.each([
    ["a syntax error", { "plimsoll.ts": SPEC.replace("target,", "target target,") }, /plimsoll\.ts:\d+:\d+/],
    ["one in a module it imports", { "lib/helpers.ts": `${HELPERS}\nexport const broken = ;` }, /helpers\.ts:10:\d+/],
    [
      "an import that is not there",
      { "plimsoll.ts": `import "./nowhere.ts";\n${SPEC}` },
      /plimsoll\.ts:1:\d+.*nowhere/s,
    ],
    [
      "no default export",
      { "plimsoll.ts": SPEC.replace("export default", "export const spec =") },
      /no default export/,
    ],
    ["a throw", { "plimsoll.ts": `throw new Error("no such luck");\n${SPEC}` }, /plimsoll\.ts threw .*no such luck/],
    ["a wrong value", { "plimsoll.ts": SPEC.replace('"60/s"', '"60"') }, /profiles\.steady\.rate.*60/],
    ["a wrong key", { "plimsoll.ts": SPEC.replace("thresholds", "treshold") }, /treshold.*thresholds/s],
  ])("%s is told, with its place: exit 2", async (_name, files, told) => {
    const dir = tempDir();
    write(dir, { "plimsoll.ts": SPEC, "lib/helpers.ts": HELPERS, ...files });
    const run = await runCli(["run", "plimsoll.ts"], { cwd: dir, env: { PLIMSOLL_TEST_TARGET: server.url } });
    expect([run.code, run.stdout]).toEqual([2, ""]);
    expect(run.stderr).toMatch(told);
    expect(bodies).toEqual([]);
  });
});
