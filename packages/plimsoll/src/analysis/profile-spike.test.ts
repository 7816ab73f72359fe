import { expect, test } from "vitest";
import type { ErrorKind } from "../base/outcome.ts";
import { sampleJournal } from "./journal-sample.ts";
import { profileSpike } from "./profile-spike.ts";
import { runFold } from "./run-fold.ts";

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
  const shape = [
    [0, 40],
    [60_000, 40],
    [60_000, 120],
    [80_000, 120],
    [80_000, 40],
    [140_000, 40],
  ] as const;
  const { durationMs, warmup, series, planned, tasks } = profile!;
  return profileSpike({ planned: { ...planned, shape }, durationMs, warmup, series, slots: tasks.at(-1)!.slots });
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
