/** Every oracle value is read by a test, or it is said why none can: nobody finds out by chance that one was left out. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { filesUnder } from "./support/files-under.ts";

const root = join(import.meta.dirname, "..");
const folder = join(root, "test/fixtures/statistics");

/** What a fixture says of itself. */
const ABOUT: readonly string[] = ["name", "how", "env", "tolerance", "note"];

/** Fields that no test reads, and why. */
const NOT_COMPUTED =
  "Little's law over single requests: no code of ours has them, the tests' own yardstick is held to it";
const UNREAD: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "checks.json": Object.fromEntries(
    ["little", "intervals", "integral", "L", "W", "ratio"].map((field) => [field, NOT_COMPUTED]),
  ),
  "distributions.json": {
    poisson_cdf: "nothing that we judge needs the Poisson distribution itself",
  },
  "queueing.json": {
    relaxation: "how long a queue remembers: behind the lengths of the steps, and computed nowhere",
    se: "how sure the reference is of its simulated capacities: smaller than the error of our own simulation",
  },
  "trend.json": {
    olsStderr: "the plain standard error: every slope of ours has one that allows for autocorrelation (hacLog)",
  },
};

/** Names of all fields, at any depth. */
function fieldsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(fieldsOf);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value)
    .filter(([name]) => !ABOUT.includes(name))
    .flatMap(([name, inner]) => [name, ...fieldsOf(inner)]);
}

/** To declare what a fixture holds is not to read it. */
function withoutTypes(text: string): string {
  const isDeclared = /\breadonly\b|\bRecord<|^\s*\w+\??: .*;$/;
  return text
    .split("\n")
    .filter((line) => line.includes("JSON.parse") || !isDeclared.test(line))
    .join("\n");
}

/** Tests that read oracle values to hold a yardstick of the tests to them: that says nothing of what we ship. */
const YARDSTICKS: readonly string[] = ["statistics/little.test.ts"];

const readers = ["packages/plimsoll/src", "test"]
  .flatMap((path) => [...filesUnder(join(root, path))])
  .filter(([path]) => path.endsWith(".ts") && path !== "oracles.test.ts" && !YARDSTICKS.includes(path))
  .map(([, text]) => withoutTypes(text));

/** Where a fixture is read in one place and its values are used in others. */
const READ_THROUGH: Readonly<Record<string, string>> = { "capacity-search.json": "/golden-trace.ts" };

/** Fields of a fixture that none of the files naming it speaks of. */
function unreadFields(fixture: string, texts: readonly string[]): readonly string[] {
  const fields = new Set(fieldsOf(JSON.parse(readFileSync(join(folder, fixture), "utf8"))));
  const names = [`statistics/${fixture}`, ...(READ_THROUGH[fixture] === undefined ? [] : [READ_THROUGH[fixture]])];
  const own = texts.filter((text) => names.some((name) => text.includes(name))).join("\n");
  return [...fields].filter((field) => !new RegExp(`\\b${field}\\b`).test(own));
}

const fixtures = readdirSync(folder).filter((file) => file.endsWith(".json"));

describe("every oracle value", () => {
  test.each(fixtures)("of %s is read by a test, or it is said why not", (fixture) => {
    expect(unreadFields(fixture, readers).filter((field) => !Object.hasOwn(UNREAD[fixture] ?? {}, field))).toEqual([]);
  });

  test("that is said to be unread is so", () => {
    for (const [fixture, fields] of Object.entries(UNREAD)) {
      expect(unreadFields(fixture, readers)).toEqual(expect.arrayContaining(Object.keys(fields)));
    }
  });

  test("would be missed if nobody read it", () => {
    expect(unreadFields("sequential.json", [])).toContain("stopWindow");
    expect(unreadFields("sequential.json", ['"statistics/sequential.json" stopWindow'])).not.toContain("stopWindow");
  });
});
