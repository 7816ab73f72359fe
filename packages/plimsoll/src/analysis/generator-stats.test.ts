import { describe, expect, test } from "vitest";
import type { ErrorKind } from "../base/outcome.ts";
import type { EventRecord } from "../records/record.ts";
import type { GeneratorSecond } from "../records/second.ts";
import { generatorStats } from "./generator-stats.ts";
import { sampleJournal } from "./journal-sample.ts";
import { runFold } from "./run-fold.ts";
import type { SampleProfile } from "./sample-load.ts";

const ONE_PHASE = sampleJournal({ profiles: [{ name: "p", ratePerSec: 30, durationMs: 3000 }] });

/** The same phase whose every second tells of ten connections that we closed and opened again. */
function withReopened(kind: ErrorKind | undefined) {
  const [profile] = runFold.done(ONE_PHASE.reduce(runFold.step, runFold.init())).profiles;
  const seconds = ONE_PHASE.flatMap((record) => (record.k === "d" ? [{ ...record.gen, reopenedByUsCount: 10 }] : []));
  const errors =
    kind === undefined ? [] : [{ kind, count: 10 * seconds.length, message: "", firstAtMs: 0, lastAtMs: 0 }];
  return generatorStats({
    planned: profile!.planned,
    arrivals: profile!.arrivals,
    errors,
    dropped: {},
    lag: [],
    seconds,
    stalls: [],
    limitsMs: [500],
    isFinished: true,
  });
}

test("connections that we close for no fault of the target make the generator invalid", () => {
  expect(withReopened(undefined)).toMatchObject({ health: "invalid" });
  expect(withReopened("http-5xx")).toMatchObject({ health: "invalid" });
});

test.each([["timeout"], ["too-large"], ["protocol"]] as const)(
  "a connection that %s made unusable is the target's doing",
  (kind) => expect(withReopened(kind)).toMatchObject({ health: "ok", reasons: [] }),
);

const MINUTE: SampleProfile = { name: "p", ratePerSec: 40, durationMs: 60_000 };

/** The generator of a sample minute, with each second's figures and the run's events as given. */
function generatorOf(
  profile: SampleProfile,
  more: { seconds?: (sec: number) => Partial<GeneratorSecond>; events?: readonly EventRecord[] } = {},
) {
  const records = sampleJournal({ profiles: [profile, { ...MINUTE, name: "next" }] }).map((record) =>
    record.k === "d" && record.phase === 0
      ? { ...record, gen: { ...record.gen, ...more.seconds?.(record.sec) } }
      : record,
  );
  const state = [...records, ...(more.events ?? [])].reduce(runFold.step, runFold.init());
  return runFold.done(state).profiles.map(({ generator }) => generator);
}

function stalledFor(durationMs: number, phase: number): EventRecord {
  return {
    k: "ev",
    code: "GENERATOR_STALLED",
    level: "warning",
    atMs: 12_300,
    phase,
    message: "",
    data: { durationMs },
  };
}

describe("a generator that was short", () => {
  test("of a core: an event loop blocked for 200 ms every 5 s is invalid", () => {
    const [generator] = generatorOf(MINUTE, { seconds: (sec) => (sec % 5 === 2 ? { loopDelayMaxMs: 200 } : {}) });
    expect(generator).toMatchObject({ health: "invalid", longestStallMs: 200 });
    expect(generator!.reasons.join()).toContain("blocked for 4 % of the time");
  });

  test("of time: a process stopped for a second is invalid, told by the run or by its event loop alone", () => {
    const told = generatorOf(MINUTE, { events: [stalledFor(1043, 0)] });
    expect(told.map(({ health }) => health)).toEqual(["invalid", "ok"]);
    expect(told[0]!.reasons.join()).toContain("stood still for 1.04 s at 12.3 s");
    const [felt] = generatorOf(MINUTE, { seconds: (sec) => (sec === 12 ? { loopDelayMaxMs: 1003 } : {}) });
    expect(felt).toMatchObject({ health: "invalid", longestStallMs: 1003 });
  });

  test("a machine that slept is invalid, a clock that was set is not", () => {
    const slept = { ...stalledFor(60_000, 0), code: "GENERATOR_SUSPENDED" };
    expect(generatorOf(MINUTE, { events: [slept] })[0]!.health).toBe("invalid");
    const set = { ...stalledFor(60_000, 0), code: "CLOCK_STEPPED" };
    expect(generatorOf(MINUTE, { events: [set] })[0]!.health).toBe("ok");
  });

  test("of precision: 10 ms of jitter at a limit of 500 ms are degraded", () => {
    expect(generatorOf({ ...MINUTE, sendLagMs: 10 })[0]!.health).toBe("degraded");
  });

  test("one hiccup of a shared machine leaves it ok", () => {
    expect(generatorOf(MINUTE, { seconds: (sec) => (sec === 7 ? { loopDelayMaxMs: 300 } : {}) })[0]!.health).toBe("ok");
  });

  test("what the system tells is averaged, and absent where it tells nothing", () => {
    const told = (sec: number) => ({
      cpuRatioByThread: { main: sec % 4 === 0 ? 0.25 : 0.125, "load-0": 0.5 },
      threadCpuRatios: [0.5, 0.1],
      cpuWaitRatio: 0.25,
      stealRatio: 0.125,
    });
    const [generator] = generatorOf(MINUTE, { seconds: (sec) => (sec % 2 === 0 ? told(sec) : {}) });
    expect(generator).toMatchObject({ threadCpuRatio: 0.5, cpuWaitRatio: 0.25, stealRatio: 0.125, health: "ok" });
    expect(generator?.cpuRatioByThread).toEqual({ main: 0.1875, "load-0": 0.5 });
    const [silent] = generatorOf(MINUTE);
    for (const key of ["stealRatio", "cpuRatioByThread"]) expect(silent).not.toHaveProperty(key);
  });
});

describe("a target that is", () => {
  const failing = (kind: ErrorKind) => ({ kind, message: "" });
  test.each<[string, SampleProfile]>([
    ["slow", { ...MINUTE, answer: () => ({ serviceMs: 8000 }) }],
    ["erroring", { ...MINUTE, answer: () => ({ serviceMs: 5, failure: failing("http-5xx") }) }],
    [
      "closing",
      { ...MINUTE, answer: () => ({ serviceMs: 5, failure: failing("reset") }), generator: { openedCount: 40 } },
    ],
    [
      "hanging",
      {
        ...MINUTE,
        answer: () => ({ serviceMs: 9000, failure: failing("timeout") }),
        generator: { reopenedByUsCount: 30 },
      },
    ],
  ])("%s never makes the generator unfit", (_, profile) => {
    expect(generatorOf(profile)[0]).toMatchObject({ health: "ok", reasons: [] });
  });
});
