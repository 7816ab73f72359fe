import { describe, expect, test } from "vitest";
import { sampleJournal } from "../analysis/journal-sample.ts";
import { runFold } from "../analysis/run-fold.ts";
import type { SampleProfile } from "../analysis/sample-load.ts";
import { findingsOf } from "./findings.ts";

const TASKS = [{ name: "ask", method: "GET", path: "/", share: 1 }];

function findings(profile: Partial<SampleProfile>, codes: readonly string[] = ["server-stop", "long-tail"]) {
  const profiles = [{ name: "p", ratePerSec: 40, durationMs: 60_000, ...profile }];
  const stats = runFold.done(sampleJournal({ profiles, tasks: TASKS }).reduce(runFold.step, runFold.init()));
  return findingsOf(stats, []).filter(({ code }) => codes.includes(code));
}

/** 20 ms, but nothing leaves in the last two seconds of every so many. */
function stopping(everyMs: number): Partial<SampleProfile> {
  return {
    answer: ({ dueMs }) => {
      const into = (dueMs + 20) % everyMs;
      return { serviceMs: into >= everyMs - 2000 ? 20 + everyMs - into : 20 };
    },
  };
}

describe("a target that stops", () => {
  test("is told with when, and with how many waited", () => {
    const [stop, tail] = findings(stopping(44_000));
    expect(stop).toMatchObject({ code: "server-stop", level: "warning", profile: "p", task: undefined });
    expect(stop!.message).toMatch(
      /^The target answered nothing from 42 s to 44(\.\d)? s with \d\d requests in flight, then went on: a garbage/,
    );
    expect(tail).toMatchObject({
      code: "long-tail",
      message: expect.stringMatching(/The target's stops are in it\. Try a fresh process and one worker; look at/),
    });
  });

  test("again and again is told once, with its period", () => {
    const stops = findings(stopping(10_000), ["server-stop"]);
    expect(stops).toHaveLength(1);
    expect(stops[0]!.message).toMatch(
      /answered nothing (5|6) times, about every 10 s, for up to 2(\.\d+)? s with \d\d/,
    );
  });
});

/** 20 ms, but nothing leaves for 400 ms from 30.3 s on, and so again. */
function pausing(everyMs: number): NonNullable<SampleProfile["answer"]> {
  return ({ dueMs }) => {
    const into = (dueMs + 20 + 60_000 - 30_300) % everyMs;
    return { serviceMs: into < 400 ? 420 - into : 20 };
  };
}

describe("a target that stops for less than a second", () => {
  test("is told with about when, how long and how many waited", () => {
    const [stop, ...others] = findings({ ratePerSec: 100, answer: pausing(60_000) });
    expect(others).toEqual([]);
    expect(stop).toMatchObject({ code: "server-stop", level: "warning", profile: "p", task: undefined });
    expect(Math.abs(stop!.fromMs! - 30_300)).toBeLessThan(250);
    expect(Math.abs(stop!.toMs! - 30_700)).toBeLessThan(250);
    expect(stop!.message).toMatch(
      /^The target seems to have stood still from about 30(\.\d)? s to 3[01](\.\d)? s: \d\d requests waited for up to [34]\d\d ms and were answered together, as in a garbage collection/,
    );
  });

  test("again and again is told once, with its period", () => {
    const stops = findings({ ratePerSec: 100, answer: pausing(10_000) }, ["server-stop"]);
    // The first of six lies in the very first half second, which has nothing before it.
    expect(stops).toHaveLength(1);
    expect(stops[0]!.message).toMatch(
      /^The target seems to have stood still 5 times, about every 10 s, for up to [34]\d\d ms with \d\d requests waiting/,
    );
  });

  test("is not told where our own sending was as late, or the generator unfit", () => {
    const answer = pausing(60_000);
    expect(findings({ ratePerSec: 100, answer, sendLagMs: 60 }, ["server-stop"])).toEqual([]);
    const generator = { loopDelayP99Ms: 80, utilisationRatio: 0.99, threadCpuRatios: [0.99] };
    expect(findings({ ratePerSec: 100, answer, generator }, ["server-stop"])).toEqual([]);
  });
});

describe("a long tail says what to look at", () => {
  const WHAT_TO_TRY =
    /\. Try a fresh process and one worker; look at its garbage collection and at the CPU's frequency( at those times)?\.$/;

  test("slow requests that came together, with the first times and their span", () => {
    const answer: SampleProfile["answer"] = ({ dueMs, random }) => ({
      serviceMs: dueMs > 30_000 && dueMs < 31_500 && random.nextRatio() < 0.6 ? 800 : 20,
    });
    const [tail] = findings({ answer });
    expect(tail).toMatchObject({ code: "long-tail", fromMs: 30_000, toMs: 31_500 });
    expect(tail!.message).toContain("They came together, in 3 of 120 half seconds (at 30 s, 30.5 s and 31 s), as from");
    expect(tail!.message).toMatch(/a garbage collection, a lock or a falling CPU frequency\. Try/);
    expect(tail!.message).toMatch(WHAT_TO_TRY);
  });

  test("of many such times the first are named", () => {
    const answer: SampleProfile["answer"] = ({ dueMs, random }) => ({
      serviceMs: dueMs % 20_000 > 10_000 && dueMs % 20_000 < 11_000 && random.nextRatio() < 0.6 ? 800 : 20,
    });
    const [tail] = findings({ answer });
    expect(tail!.message).toContain("in 6 of 120 half seconds (at 10 s, 10.5 s, 30 s and later)");
    expect(tail).toMatchObject({ fromMs: 10_000, toMs: 51_000 });
  });

  test("slow requests that came all the time", () => {
    const answer: SampleProfile["answer"] = ({ random }) => ({ serviceMs: random.nextRatio() < 0.015 ? 800 : 20 });
    const [tail] = findings({ answer });
    expect(tail).toMatchObject({ fromMs: 0, toMs: 60_000 });
    expect(tail!.message).toContain("They came all the time, as from inputs that cost more or an uneven queue.");
    expect(tail!.message).toMatch(WHAT_TO_TRY);
  });

  test("slow requests of which there are too few to tell", () => {
    const answer: SampleProfile["answer"] = ({ random }) => ({ serviceMs: random.nextRatio() < 0.02 ? 800 : 20 });
    const [tail] = findings({ answer, durationMs: 10_000 });
    expect(tail!.message).toContain("They are too few to say whether they came together.");
    expect(tail!.message).toMatch(WHAT_TO_TRY);
  });

  test("an even target has neither stop nor tail", () => {
    expect(findings({})).toEqual([]);
  });
});
