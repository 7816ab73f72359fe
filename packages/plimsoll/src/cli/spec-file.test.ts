import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PlimsollError } from "../base/errors.ts";
import * as entry from "../index.ts";
import { readSpecFile } from "./spec-file.ts";
import { SPEC_ENTRY_SOURCE } from "./spec-module.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plimsoll-test-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function read(name: string, text: string) {
  await writeFile(join(folder, name), text);
  return readSpecFile(join(folder, name), { KEY: "v" });
}

async function failure(reading: Promise<unknown>): Promise<PlimsollError> {
  const error: unknown = await reading.catch((caught: unknown) => caught);
  if (error instanceof PlimsollError) return error;
  throw new Error("expected a PlimsollError");
}

const YAML =
  "target: http://h\ntasks: { a: { get: /, headers: { x: '${KEY}' } } }\nprofiles: { p: { users: 2, for: 1s } }\n";

describe("readSpecFile", () => {
  test("a file that a spec names and that is not there is told with the folder as it was given", async () => {
    const yaml = YAML.replace("tasks:", "data: { words: { file: words.txt } }\ntasks:");
    const { problems } = await failure(read("spec.yaml", yaml));
    expect(problems[0]?.message).toContain(`"words.txt" does not exist (looked in ${folder})`);
  });

  test("a TypeScript spec says the same as YAML, and imports beside it and from plimsoll work", async () => {
    await writeFile(join(folder, "load.ts"), "export const users: number = 2;");
    const text = `import { defineTest } from "plimsoll";
import { users } from "./load.ts";
export default defineTest({
  target: "http://h",
  tasks: { a: { get: "/", headers: { x: "\${KEY}" } } },
  profiles: { p: { users, for: "1s" } },
});`;
    expect(await read("spec.ts", text)).toEqual(await read("spec.yaml", YAML));
  });

  test("a TypeScript spec that does not compile is told with its place", async () => {
    const { code, problems } = await failure(read("spec.ts", "export default {\n  a: ,\n};"));
    expect([code, problems[0]?.message, problems[0]?.place]).toEqual([
      "SPEC_INVALID",
      'Unexpected ","',
      { file: "spec.ts", line: 2, column: 6 },
    ]);
  });

  test("a module that throws, and one without default export, are the author's to mend", async () => {
    expect((await failure(read("spec.mjs", "throw new Error('no');"))).code).toBe("SPEC_INVALID");
    expect((await failure(read("spec.mjs", "export const x = 1;"))).message).toMatch(/has no default export/);
  });

  test("a missing spec, a folder and bytes that are no text are unreadable", async () => {
    expect(await failure(readSpecFile(join(folder, "nope.yaml"), {}))).toMatchObject({ code: "SPEC_UNREADABLE" });
    expect(await failure(readSpecFile(folder, {}))).toMatchObject({ code: "SPEC_UNREADABLE" });
    await writeFile(join(folder, "bin.yaml"), new Uint8Array([0xff, 0xfe, 0x00]));
    expect((await failure(readSpecFile(join(folder, "bin.yaml"), {}))).message).toMatch(/is not UTF-8 text$/);
  });

  test("files beside the spec are read; none outside its folder, links followed", async () => {
    await writeFile(join(folder, "rows.txt"), "one\ntwo\n");
    await symlink("/etc/hostname", join(folder, "link.txt"));
    const withData = (file: string) => `${YAML}data: { rows: { file: ${file} } }\n`;
    expect((await read("spec.yaml", withData("rows.txt"))).data["rows"]?.rows).toEqual(["one", "two"]);
    for (const file of ["/etc/passwd", "link.txt", "../../../../etc/passwd"]) {
      const { problems } = await failure(read("spec.yaml", withData(file)));
      expect(problems[0]?.message).toMatch(
        /lies outside the spec's folder and the working directory|is of no known kind/,
      );
    }
  });
});

test("the entry that specs import is the package's own", async () => {
  const bundled: Record<string, unknown> = await import(
    `data:text/javascript,${encodeURIComponent(SPEC_ENTRY_SOURCE)}`
  );
  expect(Object.keys(bundled)).toEqual(Object.keys(entry));
  const spec = { target: "http://h", tasks: {}, profiles: {} };
  expect(entry.defineTest(spec)).toBe(spec);
});
