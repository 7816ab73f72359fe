import { expect, test } from "vitest";
import type { ErrorKind } from "../base/outcome.ts";
import { sampleJournal } from "./journal-sample.ts";
import { profileSpike } from "./profile-spike.ts";
import { runFold } from "./run-fold.ts";

const SHAPE = [
  [0, 40],
  [60_000, 40],
  [60_000, 120],
  [80_000, 120],
  [80_000, 40],
  [140_000, 40],
] as const;

/** 40/s; of the requests due from 60 s to 80 s half fail. The plan is then told as a spike of that time. */
function spikeOf(kind: ErrorKind, message: string) {
  const profiles = [
    {
      name: "p",
      ratePerSec: 40,
      durationMs: 140_000,
      answer: ({ dueMs, random }: { dueMs: number; random: { nextRatio(): number } }) =>
        dueMs >= 60_000 && dueMs < 80_000 && random.nextRatio() < 0.5
          ? { serviceMs: 2, failure: { kind, message } }
          : { serviceMs: 50 },
    },
  ];
  const [profile] = runFold.done(sampleJournal({ profiles }).reduce(runFold.step, runFold.init())).profiles;
  const { durationMs, warmup, series, planned, tasks } = profile!;
  return profileSpike({
    planned: { ...planned, shape: SHAPE },
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

/** A minute at 40/s, 20 s of 120/s of which so many are answered in either half, a minute at 40/s; the rest is refused. */
function classOf(firstHalf: number, secondHalf: number) {
  const series = Array.from({ length: 140 }, (_, sec) => {
    const isSpike = sec >= 60 && sec < 80;
    const planned = isSpike ? 120 : 40;
    const completed = isSpike ? (sec < 70 ? firstHalf : secondHalf) : 40;
    return { atMs: 1000 * sec, planned, completed, shed: planned - completed, errors: {}, inFlight: 10 };
  });
  const planned = { name: "p", kind: "open", plannedMs: 140_000, drainMs: 0, rampsMs: [], shape: SHAPE } as const;
  const warmup = { cutMs: 0, method: "none" } as const;
  return profileSpike({ planned, durationMs: 140_000, warmup, slots: [], series })?.class;
}

test("a target that gets less done in the second half of a spike than in the first collapses, though it is more than before", () => {
  expect(classOf(80, 80)).toBe("sheds");
  expect(classOf(80, 70)).toBe("sheds");
  expect(classOf(80, 50)).toBe("collapses");
});
