import { describe, expect, test } from "vitest";
import type { ErrorKind } from "../base/outcome.ts";
import { stationAnswer } from "./capacity/imagined-search.ts";
import { sampleJournal } from "./journal-sample.ts";
import { profileSpike } from "./profile-spike.ts";
import { runFold } from "./run-fold.ts";

/** A minute at this rate, 20 s of three times as much, a minute at this rate. */
function shapeOf(ratePerSec: number) {
  return [
    [0, ratePerSec],
    [60_000, ratePerSec],
    [60_000, 3 * ratePerSec],
    [80_000, 3 * ratePerSec],
    [80_000, ratePerSec],
    [140_000, ratePerSec],
  ] as const;
}

/** Level; of the requests due from 60 s to 80 s a share fails. The plan is then told as a spike of that time. */
function spikeOf(kind: ErrorKind, message: string, { ratePerSec = 40, failing = 0.5 } = {}) {
  const profiles = [
    {
      name: "p",
      ratePerSec,
      durationMs: 140_000,
      answer: ({ dueMs, random }: { dueMs: number; random: { nextRatio(): number } }) =>
        dueMs >= 60_000 && dueMs < 80_000 && random.nextRatio() < failing
          ? { serviceMs: 2, failure: { kind, message } }
          : { serviceMs: 50 },
    },
  ];
  const [profile] = runFold.done(sampleJournal({ profiles }).reduce(runFold.step, runFold.init())).profiles;
  const { durationMs, warmup, series, planned, tasks } = profile!;
  return profileSpike({
    planned: { ...planned, shape: shapeOf(ratePerSec) },
    durationMs,
    warmup,
    series,
    slots: tasks.at(-1)!.slots,
  });
}

test.each<[ErrorKind, string]>([
  ["http-5xx", "status 503"],
  ["http-429", "status 429"],
  ["connect-refused", "ECONNREFUSED"],
  ["reset", "reset by peer"],
])("%s, %s: the target sheds load", (kind, message) => {
  expect(spikeOf(kind, message)?.shedRatio).toBeCloseTo(0.5, 1);
});

test.each<[ErrorKind, string]>([
  ["http-5xx", "status 500"],
  ["bad-body", "the body is not JSON"],
])("%s, %s: the target errs, which is no shedding", (kind, message) => {
  expect(spikeOf(kind, message)?.shedRatio).toBe(0);
});

describe("its class", () => {
  const classOf = (kind: ErrorKind, message: string, failing: number) =>
    spikeOf(kind, message, { ratePerSec: 400, failing })?.class;

  test.each<[ErrorKind, string, string]>([
    ["http-5xx", "status 503", "sheds"],
    ["timeout", "no answer in 60 s", "times-out"],
    ["connect-timeout", "no connection in 60 s", "times-out"],
  ])("where a tenth ends as %s, %s: %s", (kind, message, wanted) => {
    expect(classOf(kind, message, 0.1)).toBe(wanted);
  });

  test("is a collapse where half as much gets done as before the spike, whatever becomes of the rest", () => {
    expect(classOf("http-5xx", "status 503", 0.5)).toBe("collapses");
  });

  test("is none where it cannot be told", () => {
    expect(classOf("http-5xx", "status 503", 0.01)).toBeUndefined();
  });
});

describe("of eight servers of 100 ms", () => {
  /** Twenty seconds of 150/s upon a base. */
  function queueing(basePerSec: number) {
    const corners = [
      [0, basePerSec],
      [60_000, basePerSec],
      [60_000, 150],
      [80_000, 150],
      [80_000, basePerSec],
      [190_000, basePerSec],
    ] as const;
    const answer = stationAnswer(8, 100);
    const profiles = [{ name: "p", ratePerSec: 150, corners, durationMs: 190_000, answer }];
    const records = sampleJournal({ profiles });
    return runFold.done(records.reduce(runFold.step, runFold.init())).profiles[0]?.spike;
  }

  test("what came beyond 80/s stands there at the end of the spike, and needs the rest of 80/s to drain", () => {
    const spike = queueing(40);
    expect(spike?.peakInFlight).toBeGreaterThan(1200);
    expect(spike?.peakInFlight).toBeLessThan(1600);
    expect(spike?.fluidDrainMs).toBeGreaterThan(28_000);
    expect(spike?.fluidDrainMs).toBeLessThan(44_000);
  });

  test("recovery is told to a second upon a base of at most 60 % of what they can, else to three", () => {
    expect([queueing(40)?.recoveryErrorMs, queueing(64)?.recoveryErrorMs]).toEqual([1000, 3000]);
  });
});

/** A minute at 40/s, 20 s of 120/s of which so many are answered in either half, a minute at 40/s; the rest is refused. */
function classOfHalves(firstHalf: number, secondHalf: number) {
  const series = Array.from({ length: 140 }, (_, sec) => {
    const isSpike = sec >= 60 && sec < 80;
    const planned = isSpike ? 120 : 40;
    const completed = isSpike ? (sec < 70 ? firstHalf : secondHalf) : 40;
    return { atMs: 1000 * sec, planned, completed, shed: planned - completed, errors: {}, inFlight: 10 };
  });
  const planned = { name: "p", kind: "open", plannedMs: 140_000, drainMs: 0, rampsMs: [], shape: shapeOf(40) } as const;
  const warmup = { cutMs: 0, method: "none" } as const;
  return profileSpike({ planned, durationMs: 140_000, warmup, slots: [], series })?.class;
}

test("a target that gets less done in the second half of a spike than in the first collapses, though it is more than before", () => {
  expect(classOfHalves(80, 80)).toBe("sheds");
  expect(classOfHalves(80, 70)).toBe("sheds");
  expect(classOfHalves(80, 50)).toBe("collapses");
});
