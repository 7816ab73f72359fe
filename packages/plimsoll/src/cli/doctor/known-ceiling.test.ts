import { describe, expect, test } from "vitest";
import { knownCeiling, type Machine } from "./known-ceiling.ts";

const MACHINE: Machine = {
  cores: 4,
  cpu: "a CPU",
  os: "linux 6.18 x64",
  node: "v20.20.2",
  plimsoll: "0.1.0",
  cpuQuotaCores: Number.POSITIVE_INFINITY,
};

const DOCUMENT = {
  schema: "plimsoll.doctor/1",
  measuredAt: "2026-11-23T18:00:00.000Z",
  plimsoll: "0.1.0",
  cores: 4,
  cpu: "a CPU",
  os: "linux 6.18 x64",
  node: "v20.20.2",
  limits: { openFiles: 1024, cpuQuotaCores: null },
  ceilings: [
    { threads: 1, requestsPerSec: 50_000, cpuPerRequestUs: 20, isTargetTheLimit: false },
    { threads: 2, requestsPerSec: 90_000, cpuPerRequestUs: 20, isTargetTheLimit: false },
    { threads: 4, requestsPerSec: 80_000, cpuPerRequestUs: 25, isTargetTheLimit: false },
  ],
};

const ceiling = (threads: number, change: object = {}, machine: Machine = MACHINE) =>
  knownCeiling(JSON.stringify({ ...DOCUMENT, ...change }), machine, threads);

describe("the ceiling of a run", () => {
  test.each([
    [1, 1, 50_000],
    [2, 2, 90_000],
    [3, 2, 90_000],
    // More threads made it no faster; nor will they now.
    [4, 2, 90_000],
  ])("with %d threads is the best seen with as many or fewer: %d reached %d/s", (threads, own, requestsPerSec) => {
    expect(ceiling(threads)).toEqual({
      threads: own,
      requestsPerSec,
      best: { threads: 2, requestsPerSec: 90_000 },
      measuredOn: "2026-11-23",
    });
  });

  test("is what the CPU time allows where the null target was the limit", () => {
    const [first] = DOCUMENT.ceilings;
    expect(ceiling(1, { ceilings: [{ ...first, cpuPerRequestUs: 12.5, isTargetTheLimit: true }] })).toMatchObject({
      requestsPerSec: 80_000,
    });
  });

  test.each<[string, Partial<Machine>]>([
    ["core count", { cores: 2 }],
    ["processor", { cpu: "another" }],
    ["system", { os: "linux 7.0 x64" }],
    ["Node", { node: "v24.0.0" }],
    ["version of Plimsoll", { plimsoll: "0.2.0" }],
    ["CPU quota", { cpuQuotaCores: 0.5 }],
  ])("is not known on a machine of another %s", (_, change) => {
    expect(ceiling(1)).toBeDefined();
    expect(ceiling(1, {}, { ...MACHINE, ...change })).toBeUndefined();
  });

  test("holds under the same quota, and where none is known", () => {
    const limits = { cpuQuotaCores: 0.5 };
    expect(ceiling(1, { limits }, { ...MACHINE, cpuQuotaCores: 0.5 })).toBeDefined();
    expect(ceiling(1, {}, { ...MACHINE, cpuQuotaCores: undefined })).toBeDefined();
  });

  test.each([
    "",
    "{",
    "null",
    "{}",
    JSON.stringify({ ...DOCUMENT, schema: "plimsoll.doctor/2" }),
    JSON.stringify({ ...DOCUMENT, ceilings: [] }),
    JSON.stringify({ ...DOCUMENT, ceilings: [{ threads: 1, requestsPerSec: -5 }] }),
    JSON.stringify({ ...DOCUMENT, measuredAt: "\u001b[2J" }),
  ])("is not known from a file that holds %j", (text) => {
    expect(knownCeiling(text, MACHINE, 1)).toBeUndefined();
  });
});
