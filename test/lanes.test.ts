/** Which lane a command measures in: figures of the short one are too rough to be quoted. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { laneOf } from "./statistics/lane.ts";

const root = join(import.meta.dirname, "..");

test.each([
  ["test:statistics", /^PLIMSOLL_STATISTICS=\$\{PLIMSOLL_STATISTICS:-long\} vitest /],
  ["test:calibration", /\bPLIMSOLL_CALIBRATION=long vitest /],
])("npm run %s is the long lane, unless another one is asked for", (name, call) => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  expect(scripts[name]).toMatch(call);
});

test("npm test names no lane, so its own is the short one", () => {
  expect(readFileSync(join(root, "scripts/test.mjs"), "utf8")).not.toContain("PLIMSOLL_STATISTICS");
  expect(laneOf(undefined)).toBe("short");
});

test("a lane that does not exist is refused, not taken for the short one", () => {
  expect(laneOf("nightly")).toBe("nightly");
  expect(() => laneOf("lnog")).toThrow('PLIMSOLL_STATISTICS is "lnog", not one of short, long, nightly');
});
