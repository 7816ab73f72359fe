import { describe, expect, test } from "vitest";
import { earlyAbortEvent, earlyAbortOf } from "./early-abort.ts";

const ABORT = { expr: "p95 < 500ms", profile: "steady", task: "embed", why: "9 of 9 requests were late." };

describe("the event of a run ended early", () => {
  test("is read back as it was told", () => {
    expect(earlyAbortOf([{ ...earlyAbortEvent(ABORT, 0), atMs: 5 }])).toEqual(ABORT);
    const all = { ...ABORT, task: undefined };
    expect(earlyAbortOf([{ ...earlyAbortEvent(all, 0), atMs: 5 }])).toEqual(all);
  });

  test("is none where another event stands, or its data are not what they should be", () => {
    const event = { ...earlyAbortEvent(ABORT, 0), atMs: 5 };
    expect(earlyAbortOf([])).toBeUndefined();
    expect(earlyAbortOf([{ ...event, code: "CLOCK_STEPPED" }])).toBeUndefined();
    for (const data of [null, [], "p95", { expr: 5, profile: "steady" }]) {
      expect(earlyAbortOf([{ ...event, data }])).toBeUndefined();
    }
  });
});
