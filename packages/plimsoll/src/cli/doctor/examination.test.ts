import { describe, expect, test } from "vitest";
import { renderDoctor, renderDoctorJson } from "../doctor.ts";
import { adviseOn, type Ceiling, type Examination } from "./examination.ts";
import { threadCounts } from "./examine.ts";

function ceiling(threads: number, requestsPerSec: number, more: Partial<Ceiling> = {}): Ceiling {
  return {
    threads,
    requestsPerSec,
    cpuPerRequestUs: 12.5,
    perCorePerSec: 80_000,
    targetCpuRatio: 0.6,
    cpuWaitRatio: 0.01,
    ...more,
  };
}

const FIT: Examination = {
  measuredAt: "2026-11-23T18:00:00.000Z",
  plimsoll: "0.1.0",
  cores: 2,
  memoryBytes: 8e9,
  node: "v20.20.2",
  cpu: "a CPU",
  os: "linux 6.18 x64",
  clockSource: "tsc",
  clock: { stepNs: 40, readNs: 35 },
  wakeLagMs: { metronome: { p50: 0.12, p99: 0.29, max: 2 }, timer: { p50: 0.56, p99: 1.1, max: 3 } },
  limits: { openFiles: 65_536, ports: undefined, cpuQuotaCores: Number.POSITIVE_INFINITY },
  ceilings: [ceiling(1, 50_000), ceiling(2, 60_000)],
  sendLagMs: { p50: 0.1, p99: 0.2, max: 1 },
};

describe("advice", () => {
  test("of a fit machine is how much to plan for", () => {
    expect(adviseOn(FIT)).toEqual([
      "Plan for at most 36\u202f000/s of small requests from here (60 % of the best, with 2 load threads).",
    ]);
  });

  test.each<[string, Partial<Examination>, string]>([
    [
      "the null target was the limit",
      { ceilings: [ceiling(1, 9000, { targetCpuRatio: 0.97 })] },
      "true ceiling is higher",
    ],
    [
      "more threads are slower",
      { ceilings: [ceiling(1, 9000), ceiling(2, 8000)] },
      "More than 1 load thread made it no",
    ],
    ["requests leave late", { sendLagMs: { p50: 1, p99: 8, max: 9 } }, "left 8.00 ms late at p99"],
    ["the clock is known to be slow", { clockSource: "hpet" }, "clock source hpet is slow to read"],
    ["the clock was seen to be slow", { clock: { stepNs: 40, readNs: 1400 } }, "tsc is slow to read (1.40 µs)"],
    ["the clock is coarse", { clock: { stepNs: 15_600_000, readNs: 35 } }, "moves in steps of 15.6 ms"],
    ["there is one core", { cores: 1 }, "There is one core"],
    ["the container is throttled", { limits: { ...FIT.limits, cpuQuotaCores: 0.5 } }, "may use 0.50 of 2 cores"],
    ["others use the cores", { ceilings: [ceiling(1, 9000, { cpuWaitRatio: 0.4 })] }, "waited for a free core 40 %"],
    [
      "few files may be open",
      { limits: { ...FIT.limits, openFiles: 1024 } },
      "limited to 1\u202f024, one a connection",
    ],
    ["ports run out", { limits: { ...FIT.limits, ports: { first: 32_768, last: 60_999 } } }, "at most 471/s new ones"],
  ])("when %s", (_, change, sentence) => {
    expect(adviseOn(FIT).join()).not.toContain(sentence);
    expect(adviseOn({ ...FIT, ...change }).join()).toContain(sentence);
  });
});

test("as JSON a limit that is none or unknown is null", () => {
  const json = renderDoctorJson(FIT);
  expect(json).toMatchObject({
    schema: "plimsoll.doctor/1",
    limits: { openFiles: 65_536, ports: null, cpuQuotaCores: null },
  });
  expect(JSON.parse(JSON.stringify(json))).toEqual(json);
});

test.each([60, 80])("as text it fits %i columns and shows every ceiling", (width) => {
  const text = renderDoctor(FIT, { width, colour: false });
  expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(width);
  expect(text).toContain("50\u202f000/s");
  expect(text).toContain("60\u202f000/s");
});

test("at 80 columns it tells what a core would send, how late either alarm comes, and how fine the clock is", () => {
  const text = renderDoctor(FIT, { width: 80, colour: false });
  expect(text).toMatch(/^threads +requests +CPU a request +a free core +waited for a core$/m);
  expect(text).toMatch(/^ +2 +60\u202f000\/s +12\.5 µs +80\u202f000\/s +1 %$/m);
  expect(text).toMatch(/^metronome +p50 120 µs, p99 290 µs late$/m);
  expect(text).toMatch(/^Node's timer +p50 560 µs, p99 1\.10 ms late$/m);
  expect(text).toMatch(/^clock +tsc, in steps of 40 ns, read in 35 ns$/m);
});

test("thread counts go one by one to four, then double, and end with all cores", () => {
  expect([1, 2, 4, 6, 16, 64].map(threadCounts)).toEqual([
    [1],
    [1, 2],
    [1, 2, 3, 4],
    [1, 2, 3, 4, 6],
    [1, 2, 3, 4, 8, 16],
    [1, 2, 3, 4, 8, 16, 32, 64],
  ]);
});
