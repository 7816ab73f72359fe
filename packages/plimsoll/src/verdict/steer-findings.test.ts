import { expect, test } from "vitest";
import { sampleJournal } from "../analysis/journal-sample.ts";
import { runFold } from "../analysis/run-fold.ts";
import type { JournalRecord, PlannedPhase, SteerOrder } from "../records/record.ts";
import { steerFindings } from "./steer-findings.ts";

const JOURNAL = sampleJournal({ profiles: [{ name: "steady", users: 5, durationMs: 20_000 }] });

function steered(orders: readonly (readonly [number, SteerOrder])[]) {
  const planned = JOURNAL.flatMap((record): readonly PlannedPhase[] => (record.k === "plan" ? record.phases : []))[0]!;
  const records: readonly JournalRecord[] = [
    ...JOURNAL,
    ...orders.map(([atMs, what]) => ({ k: "steer", phase: 0, atMs, who: "page", what, planned }) as const),
  ];
  return runFold.done(records.reduce((state, record) => runFold.step(state, record), runFold.init()));
}

test("every change of a phase is told with who made it and when", () => {
  const findings = steerFindings(
    steered([
      [3000, { users: 50 }],
      [8000, { paused: true }],
      [9000, { resumed: true }],
    ]),
  );
  expect(findings).toMatchObject([
    {
      code: "steered",
      profile: "steady",
      fromMs: 3000,
      toMs: 9000,
      message:
        "The load was changed by hand: page set 50 users at 3 s, page paused it at 8 s, page let it go on at 9 s.",
    },
  ]);
});

test("a run that went as planned has none", () => {
  expect(steerFindings(steered([]))).toEqual([]);
});
