import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "../packages/plimsoll/src");

/** Which layer may import which; `type x` = its types only, `x/y.ts` = that file only. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  base: [],
  spec: ["base"],
  plan: ["base", "spec"],
  records: ["base"],
  transport: ["base", "type plan", "type records"],
  engine: ["base", "plan", "records", "type spec", "type transport"],
  analysis: ["base", "records"],
  verdict: ["base", "type spec", "analysis"],
  report: ["base", "records", "analysis", "verdict"],
  fleet: ["base", "spec", "plan", "records", "transport", "engine"],
  live: ["base", "records", "analysis", "verdict", "report"],
  simulate: ["base", "records/latency-histogram.ts"],
  cli: [
    "base",
    "spec",
    "plan",
    "records",
    "transport",
    "engine",
    "analysis",
    "verdict",
    "report",
    "fleet",
    "live",
    "simulate",
  ],
};

const PURE = ["base", "spec", "plan", "records", "analysis", "verdict", "report"];

const IMPORT =
  /(?:import|export)\s+(type\s)?(?:[^"';]*?\sfrom\s+)?"(\.{1,2}\/[^"]+)"|import\s*\(\s*"(\.{1,2}\/[^"]+)"/g;

function sources(): string[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".ts") && file.includes("/") && !file.endsWith(".test.ts"),
  );
}

function forbiddenImports(file: string, text: string): string[] {
  const [from = ""] = file.split("/");
  const wrong: string[] = [];
  for (const [, isType, named, dynamic] of text.matchAll(IMPORT)) {
    const target = named ?? dynamic ?? "";
    const toFile = relative(root, resolve(root, dirname(file), target));
    const [to = ""] = toFile.split("/");
    const rules = [to, toFile, ...(isType ? [`type ${to}`] : [])];
    const isAllowed = MAY_IMPORT[from]?.some((rule) => rules.includes(rule));
    if (to !== from && !isAllowed) wrong.push(`${file} → ${to}/`);
  }
  return wrong;
}

describe("the way of the data", () => {
  test("every import goes the way DESIGN.md draws", () => {
    expect(sources().length).toBeGreaterThan(50);
    expect(sources().flatMap((file) => forbiddenImports(file, readFileSync(join(root, file), "utf8")))).toEqual([]);
  });

  test("a planted import against the way is found, its types alone too", () => {
    expect(forbiddenImports("engine/x.ts", 'import { judge } from "../verdict/judge.ts";')).toHaveLength(1);
    expect(forbiddenImports("analysis/x.ts", 'import type { Plan } from "../plan/plan.ts";')).toHaveLength(1);
    expect(forbiddenImports("engine/x.ts", 'import { open } from "../transport/http1.ts";')).toHaveLength(1);
    expect(forbiddenImports("engine/x.ts", 'import type { T } from "../transport/transport.ts";')).toEqual([]);
    expect(forbiddenImports("spec/x.ts", 'const y = await import("../cli/main.ts");')).toHaveLength(1);
    expect(
      forbiddenImports("simulate/x.ts", 'import { LatencyHistogram } from "../records/latency-histogram.ts";'),
    ).toEqual([]);
    expect(
      forbiddenImports("simulate/x.ts", 'import { readJournal } from "../records/journal-reader.ts";'),
    ).toHaveLength(1);
  });

  test("only the page's server knows its HTTP library", () => {
    const knowing = sources().filter((file) => /from "@?hono\b/.test(readFileSync(join(root, file), "utf8")));
    expect(knowing.length).toBeGreaterThan(0);
    expect(knowing.filter((file) => !file.startsWith("live/"))).toEqual([]);
  });

  test("every folder of the source is a layer the design names", () => {
    const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map((entry) => entry.name).filter((name) => !(name in MAY_IMPORT))).toEqual([]);
  });
});

describe("purity", () => {
  test("the pure layers draw no random numbers but seeded ones and import nothing of Node", () => {
    const impure = sources()
      .filter((file) => PURE.includes(file.split("/")[0]!) && file !== "records/journal-file.ts")
      .filter((file) => /Math\.random|from "node:|import\("node:/.test(readFileSync(join(root, file), "utf8")));
    expect(impure).toEqual([]);
  });

  test("the model of the simulator and its virtual twin know no socket, no clock and no timer", () => {
    const model = ["behaviour", "draws", "fifo", "min-heap", "plan-simulation", "station", "virtual", "written-law"];
    const impure = model
      .map((name) => `simulate/${name}.ts`)
      .filter((file) =>
        /"node:|performance|Date\b|setTimeout|Buffer|process\./.test(readFileSync(join(root, file), "utf8")),
      );
    expect(impure).toEqual([]);
  });

  test("only cli reads the environment and argv", () => {
    const readers = sources()
      .filter((file) => !file.startsWith("cli/"))
      .filter((file) => /process\.(env|argv)/.test(readFileSync(join(root, file), "utf8")));
    expect(readers).toEqual([]);
  });
});

/** Comparisons of a secret that may stop at the first octet that differs. */
function hastyComparisons(text: string): string[] {
  const secret = String.raw`[\w.#]*\b(?:token|session|secret)\b`;
  const patterns = [
    String.raw`${secret}\s*[!=]==?(?!=|\s*(?:undefined|null)\b)`,
    String.raw`[!=]==?\s*${secret}`,
    String.raw`\b(?:includes|startsWith|endsWith|indexOf|localeCompare|has|equals|compare)\(\s*${secret}`,
    String.raw`\[[^\]\n]*${secret}[^\]\n]*\]\s*\.(?:includes|indexOf)`,
    String.raw`\bcase ${secret}:`,
  ];
  return patterns.flatMap((pattern) => text.match(new RegExp(pattern, "g")) ?? []);
}

describe("secrets of the page", () => {
  const guarding = sources().filter((file) => file.startsWith("live/") || file === "cli/ui.ts");

  test("are compared by the one function that takes the same time whatever is wrong", () => {
    const found = guarding.flatMap((file) =>
      hastyComparisons(readFileSync(join(root, file), "utf8")).map((text) => `${file}: ${text}`),
    );
    expect(found).toEqual([]);
    const users = sources().filter((file) => readFileSync(join(root, file), "utf8").includes("isSameToken("));
    expect(users.sort()).toEqual(["live/access.ts", "live/page-app.ts", "live/session-token.ts"]);
    const { text } = /isSameToken\(.*?\{\n(?<text>.*?)\n\}/s.exec(
      readFileSync(join(root, "live/session-token.ts"), "utf8"),
    )!.groups!;
    expect(text).toBe("  return timingSafeEqual(digestOf(given), digestOf(secret));");
  });

  test.each([
    "if (body.token === token) return;",
    "return cookie.slice(name.length) !== policy.session;",
    "const isOpen = secret == given;",
    "if (cookies.includes(policy.session)) return;",
    "if (line.startsWith(options.token)) return;",
    "const isOpen = [keys.token, other].includes(given);",
    "switch (given) { case policy.session: return true; }",
  ])("a planted comparison is found: %s", (line) => {
    expect(hastyComparisons(line)).not.toEqual([]);
  });

  test.each([
    "if (flags.token === undefined) return;",
    "if (token !== null) exchange();",
    "isSameToken(given, policy.session)",
  ])("whether there is one may be asked: %s", (line) => {
    expect(hastyComparisons(line)).toEqual([]);
  });
});

describe("files", () => {
  test("none is longer than 400 lines, and none leaves a note to do", () => {
    const texts = sources().map((file) => ({ file, text: readFileSync(join(root, file), "utf8") }));
    expect(texts.filter(({ text }) => text.split("\n").length > 400).map(({ file }) => file)).toEqual([]);
    expect(texts.filter(({ text }) => /\b(TODO|FIXME|XXX)\b/.test(text)).map(({ file }) => file)).toEqual([]);
  });
});
