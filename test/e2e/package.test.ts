/** What an installed package gives to those who write specs: types for TypeScript, a schema for editors. */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "../..");
const TSC = join(ROOT, "node_modules/.bin/tsc");

const COMPILER_OPTIONS = {
  target: "es2023",
  module: "nodenext",
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  types: [],
  noEmit: true,
};

const SPEC = `import { defineTest, type SpecInput } from "plimsoll";

const think: SpecInput["users"] = { think: { uniform: ["500ms", "2s"] } };
const hold: string = ["1m", "30s"].join("");

export default defineTest({
  target: "http://127.0.0.1:8000",
  ready: { get: "/health", expect: { json: { status: "healthy" } }, timeout: "\${WAIT:-2m}" },
  users: think,
  tasks: {
    embed: { weight: 8, post: "/embed", json: { texts: { pick: "sentences", count: [1, 2] } } },
    health: { get: "/health", expect: { status: ["2xx", 304] } },
  },
  data: { sentences: ["A cat sits.", "Two dogs run."] },
  profiles: { sustained: { users: 50, spawn: "5/s", for: hold }, steady: { rate: "40/s", for: "2m" } },
  thresholds: ["p95 < 500ms", { expr: "errors < 1%", strict: "point" }],
});
`;

let dir: string;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "plimsoll-package-"));
  const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", dir], {
    cwd: join(ROOT, "packages/plimsoll"),
  });
  const [{ filename }] = JSON.parse(stdout.slice(stdout.indexOf("[")));
  writeFileSync(join(dir, "package.json"), JSON.stringify({ private: true, type: "module" }));
  await run(
    "npm",
    ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline", join(dir, filename)],
    {
      cwd: dir,
    },
  );
});

afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** What `tsc` says about a spec, where the package stands alone beside it; "" when nothing. */
async function complaintsAbout(spec: string): Promise<string> {
  writeFileSync(join(dir, "plimsoll.spec.ts"), spec);
  writeFileSync(
    join(dir, "tsconfig.json"),
    JSON.stringify({ compilerOptions: COMPILER_OPTIONS, files: ["plimsoll.spec.ts"] }),
  );
  return await run(TSC, ["-p", dir], { cwd: dir }).then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  );
}

test("a spec in TypeScript compiles against the installed types, without zod", async () => {
  expect(existsSync(join(dir, "node_modules/zod"))).toBe(false);
  expect(await complaintsAbout(SPEC)).toBe("");
});

test.each([
  ["an unknown key of a task", "weight: 8", "weigth: 8", "'weigth' does not exist"],
  ["a duration without its unit", 'for: "2m"', "for: 120", "Type 'number' is not assignable"],
  ["a word that is none of the choices", 'strict: "point"', 'strict: "exact"', '"exact"'],
  ["no target", 'target: "http://127.0.0.1:8000",', "", "'target' is missing"],
])("%s does not compile", async (_, right, wrong, complaint) => {
  expect(SPEC).toContain(right);
  expect(await complaintsAbout(SPEC.replace(right, wrong))).toContain(complaint);
});

test("the package's entry runs, and gives the spec back", async () => {
  writeFileSync(join(dir, "entry.js"), 'import { defineTest } from "plimsoll";\nconsole.log(defineTest("a spec"));\n');
  const { stdout } = await run(process.execPath, ["entry.js"], { cwd: dir });
  expect(stdout).toBe("a spec\n");
});

test("the JSON Schema for editors is there and names the keys of a spec", () => {
  const path = createRequire(join(dir, "package.json")).resolve("plimsoll/schema.json");
  const schema = JSON.parse(readFileSync(path, "utf8"));
  expect(schema).toMatchObject({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Plimsoll spec",
    required: ["target", "tasks", "profiles"],
  });
  expect(Object.keys(schema.properties)).toEqual(
    expect.arrayContaining(["name", "target", "ready", "data", "users", "tasks", "profiles", "thresholds", "timeout"]),
  );
  const { tasks, profiles } = schema.properties;
  expect(Object.keys(tasks.additionalProperties.properties)).toContain("weight");
  expect(Object.keys(profiles.additionalProperties.properties)).toContain("spawn");
});
