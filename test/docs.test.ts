/** What the documents say is so: commands, options, codes, scripts, links, specs. No network. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { ERROR_CODES, PlimsollError } from "../packages/plimsoll/src/base/errors.ts";
import { EXIT } from "../packages/plimsoll/src/base/exit-codes.ts";
import { DROP_REASONS, ERROR_KINDS } from "../packages/plimsoll/src/base/outcome.ts";
import { createProgram } from "../packages/plimsoll/src/cli/main.ts";
import { IDLE_GENERATOR } from "../packages/plimsoll/src/records/second.ts";
import { summaryJsonSchema } from "../packages/plimsoll/src/report/summary-schema.ts";
import { FAULTS } from "../packages/plimsoll/src/simulate/fault-kind.ts";
import { parseSpec } from "../packages/plimsoll/src/spec/parse-spec.ts";
import type { Path } from "../packages/plimsoll/src/spec/problems.ts";
import type { FileContents } from "../packages/plimsoll/src/spec/source.ts";
import { keysAt } from "../packages/plimsoll/src/spec/written-keys.ts";
import { specSchema } from "../packages/plimsoll/src/spec/written-spec.ts";
import { pageRoutes } from "./support/page-routes.ts";

const root = join(import.meta.dirname, "..");

const DOCS = [
  "README.md",
  "CHANGELOG.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "THREAT_MODEL.md",
  "examples/README.md",
  "examples/ci/README.md",
  "examples/fastapi/README.md",
  "examples/monitoring/README.md",
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => `docs/${file}`),
];

/** Options of other tools that the documents speak of. */
const FOREIGN_FLAGS = ["--csv", "--latency-correction", "--limit-concurrency", "--app-dir"];

function read(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

interface Block {
  readonly language: string;
  readonly text: string;
}

function blocksOf(markdown: string): Block[] {
  return [...markdown.matchAll(/^( *)```(\w*)\n([\s\S]*?)^ *```$/gm)].map(
    ([, indent = "", language = "", text = ""]) => ({
      language,
      text: text.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
    }),
  );
}

function proseOf(markdown: string): string {
  return markdown.replaceAll(/^ *```\w*\n[\s\S]*?^ *```$/gm, "");
}

/** Every line of code: those of fenced blocks, and each inline span. */
function codeOf(markdown: string): string[] {
  const spans = [...proseOf(markdown).matchAll(/`([^`\n]+)`/g)].map(([, span = ""]) => span);
  return [...blocksOf(markdown).flatMap(({ text }) => text.split("\n")), ...spans];
}

interface Command {
  readonly name: string;
  readonly flags: readonly string[];
}

const program = createProgram();
const commands: readonly Command[] = program.commands.map((command) => ({
  name: command.name(),
  flags: command.options.map((option) => option.long ?? ""),
}));
const EVERYWHERE = ["--json", "--quiet", "--no-color", "--help", "--version"];
const allFlags = new Set([...EVERYWHERE, ...commands.flatMap(({ flags }) => flags)]);

function flagsIn(text: string): string[] {
  return [...text.matchAll(/(?<![\w-])--[a-z][\w-]*/g)].map(([flag]) => flag);
}

/** Uses of `plimsoll …` that the command tree does not know. */
function wrongUses(line: string): string[] {
  return [...line.matchAll(/(?:^|[\s"'`(])plimsoll ([a-z]+)\b([^|;&\n]*)/g)].flatMap(([, name = "", rest = ""]) => {
    if (name === "help") return [];
    const command = commands.find((known) => known.name === name);
    if (command === undefined) return [`plimsoll ${name}`];
    const unquoted = rest.replaceAll(/'[^']*'|"(?:[^"\\]|\\.)*"/g, "");
    const wrong = flagsIn(unquoted).filter((flag) => !command.flags.includes(flag) && !EVERYWHERE.includes(flag));
    return wrong.map((flag) => `plimsoll ${name} ${flag}`);
  });
}

function sectionsOf(markdown: string, level: number): Map<string, string> {
  const parts = markdown.split(new RegExp(`^#{${level}} `, "m")).slice(1);
  return new Map(parts.map((part) => [part.split("\n", 1)[0]!.trim(), part.slice(part.indexOf("\n"))]));
}

/** First cells of a table's rows, without their backticks. */
function firstCells(markdown: string): string[] {
  return [...markdown.matchAll(/^\| *`([^`|]+)` *\|/gm)].map(([, cell = ""]) => cell);
}

describe("commands and options", () => {
  test.each(DOCS)("%s names only commands and options that exist", (file) => {
    expect(codeOf(read(file)).flatMap(wrongUses)).toEqual([]);
  });

  test.each(DOCS)("%s names no option that no command has", (file) => {
    const spans = [...proseOf(read(file)).matchAll(/`([^`\n]+)`/g)].map(([, span = ""]) => span);
    const ours = spans.filter((span) => span.startsWith("--") || span.startsWith("plimsoll"));
    expect(
      ours.flatMap((span) => flagsIn(span)).filter((flag) => !allFlags.has(flag) && !FOREIGN_FLAGS.includes(flag)),
    ).toEqual([]);
  });

  test("the check finds what is wrong", () => {
    expect(wrongUses("plimsoll fly --json")).toEqual(["plimsoll fly"]);
    expect(wrongUses("npx plimsoll check x --rate 5")).toEqual(["plimsoll check --rate"]);
    expect(wrongUses("plimsoll init --curl 'curl --data x'")).toEqual([]);
  });

  test("docs/cli.md has a section for every command, and no more", () => {
    const sections = [...sectionsOf(read("docs/cli.md"), 2).keys()].filter((title) => title.startsWith("plimsoll "));
    expect(sections.sort()).toEqual(commands.map(({ name }) => `plimsoll ${name}`).sort());
  });

  test.each(commands)("docs/cli.md documents every option of $name, and no more", ({ name, flags }) => {
    const sections = sectionsOf(read("docs/cli.md"), 2);
    const cells = firstCells(sections.get(`plimsoll ${name}`) ?? "").flatMap(flagsIn);
    const common = EVERYWHERE.filter((flag) => flags.includes(flag));
    expect([...cells, ...common].sort()).toEqual([...flags].sort());
    expect(flagsIn(sections.get("Everywhere") ?? "")).toEqual(EVERYWHERE);
  });
});

test("docs/cli.md has every fault of the simulator, and no more", () => {
  const cells = firstCells(sectionsOf(read("docs/cli.md"), 3).get("Faults") ?? "");
  expect(cells.filter((cell) => !cell.startsWith("--"))).toEqual(Object.keys(FAULTS));
});

describe("codes", () => {
  const errors = read("docs/errors.md");
  const sections = sectionsOf(errors, 2);

  test("docs/errors.md has an anchor for every error code with its exit status, and no more", () => {
    const written = [...sectionsOf(sections.get("Codes") ?? "", 3)].map(
      ([code, text]) => `${code} ${/Exit (\d+)\./.exec(text)?.[1]}`,
    );
    expect(written).toEqual(Object.entries(ERROR_CODES).map(([code, { exit }]) => `${code} ${exit}`));
  });

  test("error kinds and drop reasons are those of the code", () => {
    expect(firstCells(sections.get("Error kinds") ?? "")).toEqual([...ERROR_KINDS]);
    expect(firstCells(sections.get("Drop reasons") ?? "")).toEqual([...DROP_REASONS]);
  });

  test.each(["README.md", "docs/errors.md"])("the exit codes in %s are those of the code", (file) => {
    const rows = [...read(file).matchAll(/^\| *(\d+(?: · \d+)*) *\|/gm)].flatMap(([, cell = ""]) => cell.split(" · "));
    expect(rows.map(Number)).toEqual(Object.values(EXIT));
  });
});

describe("scripts", () => {
  const { scripts } = JSON.parse(read("package.json"));
  const named = (file: string) =>
    codeOf(read(file)).flatMap((line) =>
      [...line.matchAll(/\bnpm (?:run ([\w:]+)|(test)\b)/g)].map(([, script, alone]) => script ?? alone ?? ""),
    );

  test.each(DOCS)("every npm script in %s exists", (file) => {
    expect(named(file).filter((script) => !Object.hasOwn(scripts, script))).toEqual([]);
  });

  test("CONTRIBUTING.md names every npm script", () => {
    expect([...new Set(named("CONTRIBUTING.md"))].sort()).toEqual(Object.keys(scripts).sort());
  });
});

/** As code hosts make an anchor of a heading. */
function anchorOf(heading: string): string {
  return heading
    .replaceAll(/[`*]/g, "")
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(" ", "-");
}

function brokenLinks(file: string): string[] {
  const links = [...proseOf(read(file)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
  return links.filter((link) => {
    if (/^https?:/.test(link)) return false;
    const [path = "", anchor] = link.split("#");
    const target = path === "" ? join(root, file) : resolve(root, dirname(file), path);
    if (!existsSync(target)) return true;
    if (anchor === undefined) return false;
    const headings = [...proseOf(readFileSync(target, "utf8")).matchAll(/^#+ (.*)$/gm)].map(([, text = ""]) => text);
    return !headings.map(anchorOf).includes(anchor);
  });
}

describe("pictures", () => {
  const pictures = readdirSync(join(root, "docs/img"));

  const shown = DOCS.flatMap((file) =>
    [...proseOf(read(file)).matchAll(/!\[([^\]]*)\]\(([^)\s]+)\)/g)].map(([, text = "", path = ""]) => ({
      text,
      path: join(dirname(file), path),
    })),
  );

  test("each is shown by a document, and each that a document shows is there", () => {
    const paths = new Set(shown.map(({ path }) => path));
    expect([...paths].sort()).toEqual(pictures.map((name) => `docs/img/${name}`).sort());
  });

  test("each is told in words to who cannot see it", () => {
    expect(shown.filter(({ text }) => text.length < 20)).toEqual([]);
  });

  test.each(pictures)("%s is named by what it shows, its scheme and its width", (name) => {
    const [, width] = /^[a-z]+(?:-[a-z]+)*-(?:light|dark)-(\d+)\.png$/.exec(name) ?? [];
    expect(readFileSync(join(root, "docs/img", name)).readUInt32BE(16)).toBe(Number(width));
  });

  test("reports, searches and comparisons are shown light and dark, wide and narrow", () => {
    const names = ["report", "find", "compare"].flatMap((kind) =>
      ["light", "dark"].flatMap((scheme) => [1440, 390].map((width) => `${kind}-${scheme}-${width}.png`)),
    );
    expect(names.filter((name) => !pictures.includes(name))).toEqual([]);
  });

  test.each(pictures)("%s weighs 150 kB at most", (name) => {
    expect(statSync(join(root, "docs/img", name)).size).toBeLessThanOrEqual(150_000);
  });
});

describe("links", () => {
  test.each(DOCS)("every link within %s resolves, its anchor too", (file) => {
    expect(brokenLinks(file)).toEqual([]);
  });

  test("every page is reached from the README or an index that it links to", () => {
    const reached = new Set(["README.md"]);
    for (const file of reached) {
      for (const [, link = ""] of proseOf(read(file)).matchAll(/\]\(([^)#\s]+\.md)[^)]*\)/g)) {
        if (!/^https?:/.test(link)) reached.add(resolve("/", dirname(file), link).slice(1));
      }
    }
    // The examples have an index of their own.
    const pages = DOCS.filter((file) => file !== "examples/README.md" && file !== "examples/fastapi/README.md");
    expect(pages.filter((file) => !reached.has(file))).toEqual([]);
  });
});

/** What a block leaves out is filled from here, so that an example can show one key. */
const REST: Readonly<Record<string, string>> = {
  target: "target: http://127.0.0.1:8000",
  data: "data: { sentences: [a, b], people: [{ email: a@b.c }] }",
  tasks: "tasks: { embed: { get: / } }",
  profiles: "profiles: { steady: { rate: 1/s, for: 1s } }",
};

const ENV = { API_TOKEN: "t", API_USER: "u", API_PASSWORD: "p" };

const FILES: Readonly<Record<string, string>> = {
  "sentences.txt": "one\ntwo\n",
  "people.csv": "name,email\nAnn,ann@example.org\n",
};

function stubFile(path: string): FileContents {
  const text = FILES[path];
  if (text === undefined) return { kind: "problem", message: "is not among the files of the documents" };
  return { kind: "bytes", bytes: new TextEncoder().encode(text) };
}

function readBeside(folder: string) {
  return (path: string): FileContents => ({ kind: "bytes", bytes: readFileSync(join(root, folder, path)) });
}

/** The problems of a spec; none when it parses. */
function problemsOf(text: string, readFile: (path: string) => FileContents, file: string): string[] {
  try {
    parseSpec({ kind: "yaml", file, text }, { env: ENV, readFile });
    return [];
  } catch (error) {
    if (!(error instanceof PlimsollError)) throw error;
    return error.problems.map(({ message, place }) => `${file}:${place?.line}: ${message}`);
  }
}

function completed(block: string): string {
  const keys = new Set([...block.matchAll(/^([A-Za-z]+):/gm)].map(([, key = ""]) => key));
  const rest = Object.entries(REST).flatMap(([key, line]) => (keys.has(key) ? [] : [line]));
  return [block.trimEnd(), ...rest].join("\n");
}

describe("specs", () => {
  const blocks = DOCS.flatMap((file) =>
    blocksOf(read(file))
      .filter(({ language }) => language === "yaml")
      .map(({ text }, index) => ({ file, name: `${file}, block ${index + 1}`, text })),
  );

  test.each(blocks)("$name parses", ({ name, text }) => {
    expect(problemsOf(completed(text), stubFile, name)).toEqual([]);
  });

  test("there are such blocks, and a wrong one is found", () => {
    expect(blocks.length).toBeGreaterThan(12);
    expect(problemsOf(completed("thresholds: [p95 < 500]"), stubFile, "x")).toHaveLength(1);
  });

  test.each(["ci", "fastapi"])("examples/%s/plimsoll.yaml parses", (name) => {
    const folder = `examples/${name}`;
    expect(problemsOf(read(`${folder}/plimsoll.yaml`), readBeside(folder), folder)).toEqual([]);
  });

  const places: readonly { readonly what: string; readonly path: Path }[] = [
    { what: "the spec", path: [] },
    { what: "a task", path: ["tasks", "x"] },
    { what: "expect", path: ["tasks", "x", "expect"] },
    { what: "a profile", path: ["profiles", "x"] },
    { what: "a stage", path: ["profiles", "x", "stages", 0] },
    { what: "think time", path: ["users", "think"] },
    { what: "ready", path: ["ready"] },
    { what: "timeouts", path: ["timeouts"] },
    { what: "tls", path: ["tls"] },
    { what: "observe", path: ["observe"] },
    { what: "an observed metric", path: ["observe", "metrics", 0] },
    { what: "a threshold", path: ["thresholds", 0] },
  ];

  test.each(places)("docs/spec.md has every key of $what", ({ path }) => {
    const code = codeOf(read("docs/spec.md")).join("\n");
    const keys = keysAt(specSchema, path);
    expect(keys.length).toBeGreaterThan(0);
    expect(keys.filter((key) => !new RegExp(`(?<![\\w-])${key}(?![\\w-])`).test(code))).toEqual([]);
  });
});

describe("architecture", () => {
  const source = "packages/plimsoll/src";

  test("docs/journal.md names every figure that a second of the generator has", () => {
    const row = read("docs/journal.md")
      .split("\n")
      .find((line) => line.startsWith("| `gen`"));
    for (const name of [
      ...Object.keys(IDLE_GENERATOR),
      "cpuRatioByThread",
      "threadCpuRatios",
      "cpuWaitRatio",
      "stealRatio",
    ])
      expect(row, name).toContain(`\`${name}\``);
  });

  test("docs/architecture.md draws the imports that the architecture test enforces, for every layer there is", () => {
    const rules = /const MAY_IMPORT[^=]*= \{\n([\s\S]*?)\n\};/.exec(read("test/architecture.test.ts"))?.[1] ?? "";
    const enforced = [...rules.matchAll(/^ {2}(\w+): \[([^\]]*)\]/gm)].map(([, layer = "", allowed = ""]) => [
      layer,
      [...allowed.matchAll(/"([^"]+)"/g)].map(([, name = ""]) => name).sort(),
    ]);
    const layers = sectionsOf(read("docs/architecture.md"), 2).get("The layers") ?? "";
    const drawn = [...layers.matchAll(/^\| *`(\w+)` *\|[^|]*\|([^|]*)\|/gm)].map(([, layer = "", cell = ""]) => {
      const [own = "", types = ""] = cell.split(/;? *types of /);
      const names = (list: string, lead: string) => [...list.matchAll(/[\w/.-]+/g)].map(([name]) => `${lead}${name}`);
      return [layer, [...names(own, ""), ...names(types, "type ")].sort()];
    });
    const there = readdirSync(join(root, source), { recursive: true, encoding: "utf8" }).map((path) => path.split("/"));
    const isThere = ([layer]: unknown[]) => there.some(([folder, ...rest]) => folder === layer && rest.length > 0);
    expect(drawn.filter(([layer]) => layer !== "cli")).toEqual(
      enforced.filter(isThere).filter(([layer]) => layer !== "cli"),
    );
    expect(drawn.at(-1)).toEqual(["cli", ["all"]]);
  });

  test.each(DOCS)("every test that %s points to exists", (file) => {
    const named = codeOf(read(file)).flatMap((code) => code.match(/^[\w/-]+\/[\w-]+\.test\.ts$/) ?? []);
    expect(named.filter((path) => ![root, join(root, source)].some((base) => existsSync(join(base, path))))).toEqual(
      [],
    );
  });
});

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

function fieldsOf({ properties = {}, items, anyOf = [] }: Schema): string[] {
  const own = Object.entries(properties).flatMap(([name, inner]) => [name, ...fieldsOf(inner)]);
  const inner = items === undefined ? anyOf : [items, ...anyOf];
  return [...own, ...inner.flatMap(fieldsOf)];
}

test("docs/live.md names every route of the page's server, and no more", () => {
  const [, rows = ""] = read("docs/live.md").split("\n## Routes\n");
  const [table = ""] = rows.split("\n## ");
  const named = [...table.matchAll(/`(?:(GET|POST|DELETE) )?(\/[^`?\s]*)(?:\?[^`]*)?`/g)].map(
    ([, method = "GET", path]) => `${method} ${path}`,
  );
  expect(named.sort()).toEqual([...pageRoutes()].sort());
});

test("docs/results.md names every field of summary.json", () => {
  const text = read("docs/results.md");
  const fields = new Set(fieldsOf(summaryJsonSchema()));
  expect(fields.size).toBeGreaterThan(60);
  expect([...fields].filter((field) => !new RegExp(`\\b${field}\\b`).test(text))).toEqual([]);
});
