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
      message: expect.stringMatching(/The target's stops are in it\.$/),
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

describe("a long tail says what to look at", () => {
  test("slow requests that came together", () => {
    const answer: SampleProfile["answer"] = ({ dueMs, random }) => ({
      serviceMs: dueMs > 30_000 && dueMs < 31_500 && random.nextRatio() < 0.6 ? 800 : 20,
    });
    expect(findings({ answer })[0]!.message).toMatch(/They came together, in [34] of 1\d\d half seconds: look there/);
  });

  test("slow requests that came all the time", () => {
    const answer: SampleProfile["answer"] = ({ random }) => ({ serviceMs: random.nextRatio() < 0.015 ? 800 : 20 });
    expect(findings({ answer })[0]!.message).toMatch(/They came all the time: look for inputs that cost more/);
  });

  test("an even target has neither stop nor tail", () => {
    expect(findings({})).toEqual([]);
  });
});
