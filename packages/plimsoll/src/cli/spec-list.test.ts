import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SpecList } from "./spec-list.ts";

const SPEC = "target: http://127.0.0.1:1\ntasks: { a: { get: / } }\nprofiles: { p: { users: 3, for: 1s } }\n";

let root: string;
let folder: string;
let specs: SpecList;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "plimsoll-test-"));
  folder = join(root, "specs");
  await mkdir(folder);
  specs = new SpecList(folder, {});
});

afterEach(() => rm(root, { recursive: true, force: true }));

async function files(): Promise<readonly string[]> {
  return (await specs.list()).map(({ file }) => file);
}

test("specs of the folder are listed in the order of their names, other YAML and JSON is not", async () => {
  for (const name of ["b.yml", "a.yaml", "C.YAML"]) await writeFile(join(folder, name), SPEC);
  await writeFile(join(folder, "package.json"), "{}");
  await writeFile(join(folder, ".hidden.yaml"), SPEC);
  expect(await files()).toEqual(["C.YAML", "a.yaml", "b.yml"]);
  expect((await specs.list())[0]?.profiles).toMatchObject([
    { name: "p", users: 3, durationMs: 1000, isEditable: true },
  ]);
  expect(await specs.pathOf("a.yaml")).toMatch(/specs\/a\.yaml$/);
});

test("a program is neither listed nor started, and never run", async () => {
  const marker = join(root, "it ran");
  const program = `
    import { writeFileSync } from "node:fs";
    writeFileSync(${JSON.stringify(marker)}, "");
    export default { target: "http://127.0.0.1:1", tasks: { a: { get: "/" } }, profiles: { p: { users: 1, for: "1s" } } };`;
  for (const name of ["real.ts", "real.mjs"]) await writeFile(join(folder, name), program);
  expect(await files()).toEqual([]);
  for (const name of ["real.ts", "real.mjs"])
    await expect(specs.pathOf(name)).rejects.toMatchObject({ code: "SPEC_UNREADABLE" });
  expect(existsSync(marker)).toBe(false);
});

test("what a link leads to is neither listed nor started", async () => {
  await mkdir(join(root, "other.yaml.d"));
  await writeFile(join(root, "other.yaml"), SPEC);
  await symlink(join(root, "other.yaml"), join(folder, "linked.yaml"));
  await symlink(join(root, "other.yaml.d"), join(folder, "folder.yaml"));
  expect(await files()).toEqual([]);
  for (const name of ["linked.yaml", "../other.yaml", "folder.yaml"])
    await expect(specs.pathOf(name)).rejects.toMatchObject({ code: "SPEC_UNREADABLE" });
});

test("a spec that became a link since it was listed is listed no more", async () => {
  await writeFile(join(root, "other.yaml"), SPEC);
  await writeFile(join(folder, "a.yaml"), SPEC);
  expect(await files()).toEqual(["a.yaml"]);
  await rm(join(folder, "a.yaml"));
  await symlink(join(root, "other.yaml"), join(folder, "a.yaml"));
  expect(await files()).toEqual([]);
});

test("a faulty spec is listed with its problems, each in its place", async () => {
  await writeFile(join(folder, "wrong.yaml"), SPEC.replace("{ get:", "{ gett:"));
  expect(await specs.list()).toMatchObject([
    { file: "wrong.yaml", profiles: [], problems: [expect.stringMatching(/^2:\d+: /)] },
  ]);
});
