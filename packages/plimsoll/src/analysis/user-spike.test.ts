import { describe, expect, test } from "vitest";
import type { ErrorKind } from "../base/outcome.ts";
import { sampleJournal } from "./journal-sample.ts";
import { runFold } from "./run-fold.ts";
import type { UserSpike } from "./run-stats.ts";
import type { SampleAnswer, SampleProfile, SampleRequest } from "./sample-load.ts";

const SPIKE: SampleProfile = { name: "spike", users: 50, spawnPerSec: 50, thinkMs: 500, durationMs: 20_000 };

function spikeOf(profile: Partial<SampleProfile>): UserSpike | undefined {
  const records = sampleJournal({ profiles: [{ ...SPIKE, ...profile }] });
  return runFold.done(records.reduce(runFold.step, runFold.init())).profiles[0]?.userSpike;
}

/** Of the requests this share fails so, the others are answered after 100 ms. */
const failing =
  (share: number, kind: ErrorKind, message: string) =>
  ({ random }: SampleRequest): SampleAnswer =>
    random.nextRatio() < share ? { serviceMs: 2, failure: { kind, message } } : { serviceMs: 100 };

describe("users who all come at once", () => {
  test.each<[ErrorKind, string, UserSpike["answer"]]>([
    ["http-5xx", "status 503", "sheds"],
    ["http-429", "status 429", "sheds"],
    ["reset", "reset by peer", "sheds"],
    ["timeout", "no answer within 60 s", "times-out"],
    ["connect-timeout", "no connection within 10 s", "times-out"],
    ["http-5xx", "status 500", "errs"],
  ])("of whom a third meet %s, %s: %s", (kind, message, answer) => {
    const spike = spikeOf({ answer: failing(1 / 3, kind, message) })!;
    expect(spike.answer).toBe(answer);
    const shares = { sheds: spike.shedRatio, "times-out": spike.timeoutRatio, errs: spike.errorRatio };
    for (const [name, share] of Object.entries(shares)) expect(share).toBeCloseTo(name === answer ? 1 / 3 : 0, 1);
  });

  test("tell how long answers take, whatever share is sent away at once", () => {
    expect(spikeOf({ answer: failing(0.9, "http-429", "status 429") })?.answerMedianMs).toBeCloseTo(100, -1);
  });

  test("of two kinds of loss the greater is told", () => {
    const answer = (request: SampleRequest): SampleAnswer =>
      request.random.nextRatio() < 0.1
        ? { serviceMs: 2, failure: { kind: "timeout", message: "no answer within 60 s" } }
        : failing(0.5, "http-429", "status 429")(request);
    expect(spikeOf({ answer })).toMatchObject({ answer: "sheds" });
  });

  test("wait where nothing is lost, each for an answer, and half of the answers take the median", () => {
    const spike = spikeOf({ users: 40, spawnPerSec: 40, thinkMs: 0, answer: () => ({ serviceMs: 400 }) });
    expect(spike).toMatchObject({ users: 40, peakInFlight: 40, shedRatio: 0, timeoutRatio: 0, answer: "waits" });
    expect(spike?.answerMedianMs).toBeCloseTo(400, -1);
  });

  test("too few to tell a loss of one in a hundred are not said to lose none", () => {
    expect(spikeOf({ users: 5, thinkMs: 1000, durationMs: 10_000 })).toMatchObject({ shedRatio: 0, answer: undefined });
  });

  test("who are all still waiting at the end tell only how many they are", () => {
    const spike = spikeOf({ answer: () => ({ serviceMs: 1e9 }) });
    expect(spike).toMatchObject({ peakInFlight: 50, answerMedianMs: undefined, shedRatio: 0, answer: undefined });
  });
});

test.each<[string, Partial<SampleProfile>]>([
  ["that come one after the other", { spawnPerSec: 5 }],
  ["that stay for more than a minute", { durationMs: 61_000 }],
])("users %s are no spike", (_, profile) => {
  expect(spikeOf(profile)).toBeUndefined();
});

test("neither are arrivals at a rate", () => {
  const records = sampleJournal({ profiles: [{ name: "p", ratePerSec: 40, durationMs: 20_000 }] });
  expect(runFold.done(records.reduce(runFold.step, runFold.init())).profiles[0]?.userSpike).toBeUndefined();
});
