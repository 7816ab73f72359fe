import { describe, expect, test } from "vitest";
import { sampleJournal } from "../analysis/journal-sample.ts";
import { runFold } from "../analysis/run-fold.ts";
import type { SampleProfile, SampleTask } from "../analysis/sample-load.ts";
import type { JournalRecord } from "../records/record.ts";
import { findingsOf } from "./findings.ts";

const TASKS = [{ name: "ask", method: "GET", path: "/", share: 1 }];

type Answer = NonNullable<SampleProfile["answer"]>;

interface More {
  readonly codes?: readonly string[];
  readonly tasks?: readonly SampleTask[];
  /** Beside those of the sample. */
  readonly records?: readonly JournalRecord[];
}

function findings(profile: Partial<SampleProfile>, more: More = {}) {
  const { codes = ["server-stop", "long-tail"], tasks = TASKS, records = [] } = more;
  const profiles = [{ name: "p", ratePerSec: 40, durationMs: 60_000, ...profile }];
  const journal = [...sampleJournal({ profiles, tasks }), ...records];
  const stats = runFold.done(journal.reduce(runFold.step, runFold.init()));
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
    const stops = findings(stopping(10_000), { codes: ["server-stop"] });
    expect(stops).toHaveLength(1);
    expect(stops[0]!.message).toMatch(
      /answered nothing (5|6) times, about every 10 s, for up to 2(\.\d+)? s with \d\d/,
    );
  });
});

/** 20 ms, but nothing leaves for 400 ms from 30.3 s on, and so again. */
function pausing(everyMs: number): Answer {
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
    const stops = findings({ ratePerSec: 100, answer: pausing(10_000) }, { codes: ["server-stop"] });
    // The first of six lies in the very first half second, which has nothing before it.
    expect(stops).toHaveLength(1);
    expect(stops[0]!.message).toMatch(
      /^The target seems to have stood still 5 times, about every 10 s, for up to [34]\d\d ms with \d\d requests waiting/,
    );
  });

  test("is not told where our own sending was as late, or the generator unfit", () => {
    const answer = pausing(60_000);
    expect(findings({ ratePerSec: 100, answer, sendLagMs: 60 }, { codes: ["server-stop"] })).toEqual([]);
    const generator = { loopDelayP99Ms: 80, utilisationRatio: 0.99, threadCpuRatios: [0.99] };
    expect(findings({ ratePerSec: 100, answer, generator }, { codes: ["server-stop"] })).toEqual([]);
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
    expect(tail!.message).toContain(
      "The slow ones came together, in 3 of 120 half seconds (at 30 s, 30.5 s and 31 s), as from",
    );
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
    expect(tail!.message).toContain(
      "The slow ones came all the time, as from inputs that cost more or an uneven queue.",
    );
    expect(tail!.message).toMatch(WHAT_TO_TRY);
  });

  test("slow requests of which there are too few to tell", () => {
    const answer: SampleProfile["answer"] = ({ random }) => ({ serviceMs: random.nextRatio() < 0.02 ? 800 : 20 });
    const [tail] = findings({ answer, durationMs: 10_000 });
    expect(tail!.message).toMatch(
      /of 20(\.\d)? ms\. They are too few to say whether they came together; run longer\.$/,
    );
  });

  test("an even target has neither stop nor tail", () => {
    expect(findings({})).toEqual([]);
  });
});

/** Our process is stopped: who is due meanwhile leaves after it, and who was in flight is read after it. */
function stoppedFor(fromMs: number, forMs: number, answerMs: (dueMs: number) => number = () => 20) {
  const toMs = fromMs + forMs;
  const answer: Answer = ({ dueMs }) => {
    const sentMs = dueMs >= fromMs && dueMs < toMs ? toMs : dueMs;
    const endMs = sentMs + answerMs(sentMs);
    return { serviceMs: (endMs >= fromMs && endMs < toMs ? toMs : endMs) - dueMs };
  };
  const told: JournalRecord = {
    ...{ k: "ev", code: "GENERATOR_STALLED", level: "warning", phase: 0, atMs: fromMs, message: "" },
    data: { durationMs: forMs },
  };
  return { answer, told };
}

describe("a stop of the generator", () => {
  test.each([
    [300, 9530],
    [300, 8950],
    [80, 8850],
    [80, 9530],
  ])("at %i/s from %i ms on is not laid at the target's door", (ratePerSec, fromMs) => {
    const { answer, told } = stoppedFor(fromMs, 1440);
    const profile = { ratePerSec, durationMs: 20_000, answer };
    expect(findings(profile, { records: [told] })).toEqual([]);
    expect(findings(profile).map(({ code }) => code)).toContain("long-tail");
  });

  test("hides no stop of the target elsewhere in the run, and its tail is told without ours", () => {
    const target = (sentMs: number) => (sentMs >= 30_000 && sentMs < 32_100 ? 32_120 - sentMs : 20);
    const { answer, told } = stoppedFor(9530, 4000, target);
    const [stop, tail, ...others] = findings({ ratePerSec: 100, answer }, { records: [told] });
    expect(others).toEqual([]);
    expect(stop).toMatchObject({ code: "server-stop", fromMs: expect.closeTo(30_000, -3) });
    expect(tail!.message).toMatch(
      /^Apart from the generator's own delays one request in a hundred took 1\.\d+ s or more.* The target's stops are in it\./,
    );
  });

  test("hides no short stop of the target either, though the generator is unfit for it", () => {
    const target = (sentMs: number) => (sentMs >= 30_300 && sentMs < 30_800 ? 30_820 - sentMs : 20);
    const { answer, told } = stoppedFor(9530, 1440, target);
    const stops = findings({ ratePerSec: 100, answer }, { records: [told], codes: ["server-stop"] });
    expect(stops.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^The target seems to have stood still from about 30/),
    ]);
  });

  test("lets a crowd go that the target needs seconds to serve", () => {
    // 100/s to a server that does 125/s: after a second it works off what we held back for four.
    let freeMs = 0;
    const { answer, told } = stoppedFor(9530, 1000, (sentMs) => {
      freeMs = Math.max(freeMs, sentMs) + 8;
      return freeMs - sentMs;
    });
    expect(findings({ ratePerSec: 100, durationMs: 30_000, answer }, { records: [told] })).toEqual([]);
  });
});

test("a machine that slept for an hour hides what the target does after it for no longer than it takes to serve", () => {
  const { answer, told } = stoppedFor(9000, 0, (sentMs) =>
    sentMs >= 30_000 && sentMs < 32_100 ? 32_120 - sentMs : 20,
  );
  const slept = { ...told, code: "GENERATOR_SUSPENDED", data: { durationMs: 3_600_000 } } as const;
  const [stop] = findings({ ratePerSec: 100, answer }, { records: [slept], codes: ["server-stop"] });
  expect(stop).toMatchObject({ fromMs: expect.closeTo(30_000, -3) });
});

const THREE = [
  { name: "a", method: "GET", path: "/a", share: 0.6 },
  { name: "b", method: "GET", path: "/b", share: 0.15 },
  { name: "c", method: "GET", path: "/c", share: 0.25 },
];

describe("a task that stops alone", () => {
  const answer: Answer = ({ task, dueMs }) => {
    const into = (dueMs + 20) % 10_000;
    return { serviceMs: task === "b" && into >= 8000 ? 20 + 10_000 - into : 20 };
  };

  test("again and again is named, with its period, as is where its tail comes from", () => {
    const [stop, tail, ...others] = findings({ ratePerSec: 80, answer }, { tasks: THREE });
    expect(others).toEqual([]);
    expect(stop).toMatchObject({ code: "server-stop", task: "b" });
    expect(stop!.message).toMatch(
      /^b seems to have stood still [456] times, about every 10 s, for up to (2|1\.9)(\.?\d*) s with \d\d requests waiting, while other tasks were answered: look at what only it uses, such as a lock or a back end\.$/,
    );
    expect(tail).toMatchObject({ code: "long-tail", task: "b" });
    expect(tail!.message).toMatch(/the median of 20(\.\d)? ms\. Its own stops are in it\.$/);
  });

  test("once is told with its times", () => {
    const once: Answer = (request) =>
      request.dueMs > 30_000 && request.dueMs < 40_000 ? answer(request) : { serviceMs: 20 };
    const [stop, ...others] = findings({ ratePerSec: 80, answer: once }, { tasks: THREE, codes: ["server-stop"] });
    expect(others).toEqual([]);
    expect(stop!.message).toMatch(
      /^b seems to have stood still from about 3[78](\.\d)? s to 40(\.\d)? s, while other tasks were answered: \d\d of its requests waited for up to/,
    );
  });

  test("is not told of the whole target, though it has most of the load", () => {
    const tasks = [
      { ...THREE[1]!, share: 0.85 },
      { ...THREE[0]!, share: 0.15 },
    ];
    const stops = findings({ ratePerSec: 100, answer }, { tasks, codes: ["server-stop"] });
    expect(stops.map(({ task }) => task)).toEqual(["b"]);
  });

  test("is not told where all tasks stop with it", () => {
    const all: Answer = (request) => answer({ ...request, task: "b" });
    const stops = findings({ ratePerSec: 80, answer: all }, { tasks: THREE, codes: ["server-stop"] });
    expect(stops.map(({ task }) => task)).toEqual([undefined]);
  });
});

describe("the cause of slow requests that came together", () => {
  /** Six in ten of the requests in a second and a half, of one task or of all. */
  const slowTogether =
    (which: (task: string) => boolean): Answer =>
    ({ task, dueMs, random }) => ({
      serviceMs: which(task) && dueMs > 30_000 && dueMs < 32_500 && random.nextRatio() < 0.6 ? 800 : 20,
    });
  const tailOf = (profile: Partial<SampleProfile>, task: string, tasks = THREE) =>
    findings({ ratePerSec: 60, ...profile }, { tasks, codes: ["long-tail"] }).find((tail) => tail.task === task)!;

  test("is the target's where all tasks were slow then", () => {
    expect(tailOf({ answer: slowTogether(() => true) }, "a").message).toContain("), as from a garbage collection");
  });

  test("is the task's own where the others were answered as usual", () => {
    const { message } = tailOf({ answer: slowTogether((task) => task === "a") }, "a");
    expect(message).toMatch(
      / came together, .*, while other tasks were answered as usual\. Look at what only this task uses/,
    );
    expect(message).not.toMatch(/garbage|fresh process/);
  });

  test("is not named where hardly anything else was asked", () => {
    const tasks = [
      { ...THREE[0]!, share: 0.99 },
      { ...THREE[1]!, share: 0.01 },
    ];
    const { message } = tailOf({ answer: slowTogether(() => true) }, "a", tasks);
    expect(message).toMatch(/ came together, .*\)\. Look at what happened then\.$/);
  });
});

describe("a long tail has another cause", () => {
  test("overload: the queue explains it, and where throughput levelled off is told", () => {
    let freeMs = 0;
    const answer: Answer = ({ dueMs }) => {
      freeMs = Math.max(freeMs, dueMs) + 25;
      return { serviceMs: freeMs - dueMs };
    };
    const corners = [
      [0, 20],
      [30_000, 20],
      [54_000, 70],
    ] as const;
    const [tail, ...others] = findings({ ratePerSec: 70, corners, durationMs: 54_000, answer });
    expect(others).toEqual([]);
    expect(tail!.message).toMatch(
      /\. Requests queued from 4\d(\.\d)? s to 5\d(\.\d)? s, \d{2,3} at last: throughput levelled off at (39|40)(\.\d)?\/s while [56]\d(\.\d)?\/s came\.$/,
    );
    expect(tail!.message).not.toMatch(/garbage|fresh process/);
  });

  test("shedding: the median is that of the successes", () => {
    const answer: Answer = ({ random }) =>
      random.nextRatio() < 0.7
        ? { serviceMs: 2, failure: { kind: "http-5xx", message: "status 503" } }
        : { serviceMs: 100 + 200 * random.nextRatio() };
    expect(findings({ ratePerSec: 100, answer })).toEqual([]);
    const slow: Answer = (request) => {
      const answered = answer(request);
      return answered.failure === undefined && request.random.nextRatio() < 0.02 ? { serviceMs: 4000 } : answered;
    };
    const [tail] = findings({ ratePerSec: 100, answer: slow });
    expect(tail!.message).toMatch(
      /^One request in a hundred of those that succeeded took (4|3\.99|4\.01) s or more, [12]\d times their median of [12]\d\d ms\./,
    );
  });

  test("what comes all the time, though the target stopped once", () => {
    const answer: Answer = ({ dueMs, random }) => {
      const slowMs = random.nextRatio() < 0.015 ? 800 : 20;
      return { serviceMs: dueMs > 90_000 && dueMs < 92_000 ? 92_020 - dueMs : slowMs };
    };
    const found = findings({ durationMs: 180_000, answer });
    expect(found.map(({ code }) => code)).toEqual(["server-stop", "long-tail"]);
    expect(found[1]!.message).toContain("The slow ones came all the time");
  });

  test("what came together, told of those slower than half of p99: one in a hundred is too few to tell", () => {
    const answer: Answer = ({ dueMs, random }) => ({
      serviceMs: dueMs > 9000 && dueMs < 10_000 ? 900 + 900 * random.nextRatio() : 20,
    });
    const [tail] = findings({ ratePerSec: 25, durationMs: 20_000, answer }, { codes: ["long-tail"] });
    expect(tail!.message).toMatch(/The slow ones came together, in [23] of 40 half seconds/);
  });

  test("our own sending, where it was late by a fair part of it", () => {
    const answer: Answer = ({ random }) => ({ serviceMs: random.nextRatio() < 0.015 ? 200 : 2 });
    expect(findings({ answer, sendLagMs: 4 })).toHaveLength(1);
    expect(findings({ answer, sendLagMs: 30 })).toEqual([]);
  });
});
