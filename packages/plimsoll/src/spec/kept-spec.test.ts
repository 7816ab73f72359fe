import { expect, test } from "vitest";
import { readKeptSpec } from "./kept-spec.ts";
import { parseSpec } from "./parse-spec.ts";

const profiles = {
  plain: { users: 3, for: "2s" },
  full: { users: 10, spawn: "2.5/s", for: "20s", warmup: "1s", tags: ["a"] },
  stages: {
    stages: [
      { users: 5, for: "3s" },
      { users: 0, for: "1s" },
    ],
  },
  open: { rate: "40/s", arrivals: "constant", for: "2s" },
  rates: {
    stages: [
      { rate: "0.5/s", for: "3s" },
      { to: "60/s", for: "10s" },
    ],
  },
};
const thinks: readonly unknown[] = [
  "none",
  "250ms",
  { uniform: ["50ms", "1s"] },
  { exponential: "1s" },
  { "log-normal": { median: "1s", sigma: 0.5 } },
  { pacing: "2s" },
];

test.each(thinks)("what the journal holds of a profile is the profile (think: %j)", (think) => {
  const value = { target: "http://127.0.0.1:1", tasks: { ask: { get: "/", tags: ["a"] } }, profiles, users: { think } };
  const spec = parseSpec(
    { kind: "value", file: "test", value },
    { env: {}, readFile: () => ({ kind: "problem", message: "none" }) },
  );
  expect(readKeptSpec(JSON.parse(JSON.stringify(spec)))?.profiles).toStrictEqual(spec.profiles);
});

test.each([
  [null],
  [{}],
  [{ profiles: [{ kind: "closed" }] }],
  [{ profiles: [{ name: "p", kind: "open", stages: "***" }] }],
])("%j is none", (json) => {
  expect(readKeptSpec(json)).toBeUndefined();
});
