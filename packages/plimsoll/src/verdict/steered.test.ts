import { describe, expect, test } from "vitest";
import { earlyAbortEvent } from "../analysis/early-abort.ts";
import { sampleJournal } from "../analysis/journal-sample.ts";
import { runFold } from "../analysis/run-fold.ts";
import type { JournalRecord, PlannedPhase, SteerOrder } from "../records/record.ts";
import { judgeRun } from "./judge-run.ts";
import { sampleThreshold } from "./threshold-sample.ts";

const P95 = { kind: "quantile", ratio: 0.95 } as const;
const [HOLDS, BREAKS] = [sampleThreshold(P95, 5000), sampleThreshold(P95, 1)];
const UNTIL_MS = 40_000;

const JOURNAL = sampleJournal({
  profiles: [
    { name: "changed", users: 50, thinkMs: 200, durationMs: UNTIL_MS },
    { name: "kept", users: 5, thinkMs: 200, durationMs: 20_000 },
  ],
});

interface Change {
  readonly atMs: number;
  readonly what: SteerOrder;
  /** Users from then on. */
  readonly users: number;
}

/** The first profile changed by hand, as the journal tells it. */
function changed(changes: readonly Change[]) {
  let shape: PlannedPhase["shape"] = [
    [0, 50],
    [UNTIL_MS, 50],
  ];
  const planned = JOURNAL.flatMap((record) => (record.k === "plan" ? record.phases : []))[0]!;
  const steers = changes.map(({ atMs, what, users }): JournalRecord => {
    const before = shape.at(-1)![1];
    shape = [...shape.slice(0, -1), [atMs, before], [atMs, users], [UNTIL_MS, users]];
    return { k: "steer", phase: 0, atMs, who: "page", what, planned: { ...planned, shape } };
  });
  return runFold.done([...JOURNAL, ...steers].reduce(runFold.step, runFold.init()));
}

const LOWERED: Change = { atMs: 12_000, what: { users: 10 }, users: 10 };

describe("a threshold on a profile whose load was changed by hand", () => {
  test("neither passes nor fails as planned, and says what was changed and what it would have been", () => {
    const { verdict, exitCode, because, thresholds } = judgeRun(changed([LOWERED]), [HOLDS]);
    expect([verdict, exitCode]).toEqual(["inconclusive", 3]);
    expect(because).toMatch(/^quantile < 5000 cannot be told in changed: the load was changed by hand at 12 s /);
    const why = thresholds[0]?.why;
    expect(why).toMatch(
      /^The load was changed by hand at 12 s \(50 → 10 users\): judged by what was asked, not as planned, it would pass: \d/,
    );
    expect(thresholds[0]?.observed?.value).toBeGreaterThan(0);
    expect(judgeRun(changed([LOWERED]), [{ ...BREAKS, profile: "changed" }])).toMatchObject({
      verdict: "inconclusive",
      thresholds: [{ why: expect.stringContaining("not as planned, it would fail: ") }],
    });
  });

  test("a load that was raised, a pause and what came after it are told as well, the first three of them", () => {
    const changes: readonly Change[] = [
      { atMs: 3000, what: { users: 80 }, users: 80 },
      { atMs: 8000, what: { paused: true }, users: 0 },
      { atMs: 9000, what: { resumed: true }, users: 80 },
      { atMs: 11_000, what: { users: 4 }, users: 4 },
      { atMs: 12_000, what: { users: 5 }, users: 5 },
    ];
    const whyOf = (count: number) => judgeRun(changed(changes.slice(0, count)), [HOLDS]).thresholds[0]?.why;
    expect(whyOf(2)).toMatch(/by hand at 3 s \(50 → 80 users\) and at 8 s \(paused\): judged/);
    expect(whyOf(5)).toMatch(
      /by hand at 3 s \(50 → 80 users\), at 8 s \(paused\), at 9 s \(resumed\) and 2 more times: judged/,
    );
  });

  test("is judged so while the run goes on, and by the point, and when it ended the run early", () => {
    const stats = changed([LOWERED]);
    expect(judgeRun(stats, [HOLDS], { isLive: true }).verdict).toBe("inconclusive");
    expect(judgeRun(stats, [{ ...HOLDS, strict: "point" }]).verdict).toBe("inconclusive");
    const lost = { expr: BREAKS.expr, profile: "changed", task: undefined, why: "All were slow." };
    const event = { ...earlyAbortEvent(lost, 0), atMs: 20_000 };
    const [judged] = judgeRun({ ...stats, events: [event] }, [{ ...BREAKS, abort: true }]).thresholds;
    expect(judged).toMatchObject({
      verdict: "inconclusive",
      why: expect.stringContaining("it would fail: all were slow."),
    });
  });

  test("says nothing of the other profiles, nor takes a fail of theirs", () => {
    const { thresholds, verdict } = judgeRun(changed([LOWERED]), [HOLDS]);
    expect(thresholds.map((one) => [one.profile, one.verdict])).toEqual([
      ["changed", "inconclusive"],
      ["kept", "pass"],
    ]);
    expect(verdict).toBe("inconclusive");
    expect(judgeRun(changed([LOWERED]), [BREAKS]).exitCode).toBe(1);
    expect(judgeRun(changed([LOWERED]), [{ ...HOLDS, profile: "kept" }]).verdict).toBe("pass");
  });

  test("a run that repeats it holds the changes as its plan, and passes or fails", () => {
    const plan = changed([LOWERED]).plan.phases;
    const again = JOURNAL.map((record) => (record.k === "plan" ? { ...record, phases: plan } : record));
    const stats = runFold.done(again.reduce<ReturnType<typeof runFold.init>>(runFold.step, runFold.init()));
    expect([HOLDS, BREAKS].map((threshold) => judgeRun(stats, [threshold]).verdict)).toEqual(["pass", "fail"]);
  });
});
