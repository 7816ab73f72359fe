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
const UNREAD: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "checks.json": {
    dispersion: "of arrivals in 100-ms counts: the journal keeps half seconds",
    indexOfDispersion: "as above",
    omission: "analytic quantiles of a stalled target: measured over sockets in test/calibration/stall.test.ts",
    stallS: "as above",
    periodS: "as above",
    p: "as above",
    fromSchedule: "as above",
  },
  "distributions.json": {
    poisson_cdf: "nothing that we judge needs the Poisson distribution itself",
    arrival_limit: "3.3·√(rate·T) alone: the rule that has it is that of `arrivals` in checks.json",
  },
  "queueing.json": {
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

const readers = ["packages/plimsoll/src", "test"]
  .flatMap((path) => [...filesUnder(join(root, path))])
  .filter(([path]) => path.endsWith(".ts") && path !== "oracles.test.ts")
  .map(([, text]) => text);

/** Fields of a fixture that none of the files naming it speaks of. */
function unreadFields(fixture: string, texts: readonly string[]): readonly string[] {
  const fields = new Set(fieldsOf(JSON.parse(readFileSync(join(folder, fixture), "utf8"))));
  const own = texts.filter((text) => text.includes(`statistics/${fixture}`)).join("\n");
  return [...fields].filter((field) => !new RegExp(`\\b${field}\\b`).test(own));
}

const fixtures = readdirSync(folder).filter((file) => file.endsWith(".json"));

describe("every oracle value", () => {
  test.each(fixtures)("of %s is read by a test, or it is said why not", (fixture) => {
    expect(unreadFields(fixture, readers).filter((field) => !Object.hasOwn(UNREAD[fixture] ?? {}, field))).toEqual([]);
  });

  test("that is said to be unread is one", () => {
    for (const [fixture, fields] of Object.entries(UNREAD)) {
      const known = fieldsOf(JSON.parse(readFileSync(join(folder, fixture), "utf8")));
      expect(Object.keys(fields).filter((field) => !known.includes(field))).toEqual([]);
    }
  });

  test("would be missed if nobody read it", () => {
    expect(unreadFields("sequential.json", [])).toContain("stopWindow");
    expect(unreadFields("sequential.json", ['"statistics/sequential.json" stopWindow'])).not.toContain("stopWindow");
  });
});
