import { describe, expect, test } from "vitest";
import { sampleJournal } from "../journal-sample.ts";
import { statsOf } from "./imagined-search.ts";
import { isWithin, probeMs, probePauseMs, probeUsers, startLoadOf } from "./start-load.ts";
import type { StepRun } from "./step-run.ts";

const slos = [{ expr: "p95<500ms", allowedRatio: 0.05, limitMs: 500 }];
const asked = { by: "rate", slos, rampStepMs: 9000 } as const;

describe("the probes", () => {
  test("are of one user and of eight, for a third of a step of the ramp or three limits", () => {
    expect(probeUsers(asked)).toEqual([1, 8]);
    expect(probeMs(asked)).toBe(3000);
    expect(probeMs({ ...asked, slos: [{ ...slos[0]!, limitMs: 4000 }] })).toBe(12_000);
    expect(probeMs({ ...asked, slos: [{ ...slos[0]!, limitMs: 60_000 }] })).toBe(60_000);
  });

  test("never have more users than are allowed", () => {
    expect(probeUsers({ ...asked, by: "users", maxLoad: 3 })).toEqual([1, 3]);
    expect(probeUsers({ ...asked, by: "users", maxLoad: 1 })).toEqual([1]);
    expect(probeUsers({ ...asked, by: "users", maxLoad: 500 })).toEqual([1, 8]);
  });

  test("below a greatest rate pause so long that all of them together keep it", () => {
    expect(probePauseMs(8, { by: "rate", maxLoad: 40 })).toBe(200);
    expect(probePauseMs(8, { by: "rate" })).toBe(0);
    expect(probePauseMs(8, { by: "users", maxLoad: 40 })).toBe(0);
  });

  test("have fewer users where eight could not each ask once within that rate", () => {
    expect(probeUsers({ ...asked, maxLoad: 1.5 })).toEqual([1, 4]);
    expect(probeUsers({ ...asked, maxLoad: 0.2 })).toEqual([1]);
  });
});

/** A probe of so many users, each answered after so long. */
function probe(users: number, serviceMs: number): StepRun {
  const journal = sampleJournal({
    profiles: [{ name: "probe", users, durationMs: 10_000, answer: () => ({ serviceMs }) }],
  });
  const [profile] = statsOf(journal).profiles;
  return {
    profile: profile!,
    record: { k: "step", phase: 0, purpose: "probe", load: users, planned: profile!.planned },
  };
}

describe("where a search begins", () => {
  const start = (probes: readonly StepRun[], more: object = {}) =>
    startLoadOf({ ...asked, thinkMs: 0, ...more }, probes, [500]);
  const quick = probe(1, 100);

  test("is not known before both probes are done", () => {
    expect(start([])).toBeUndefined();
    expect(start([quick])).toBeUndefined();
  });

  test("is .3 of what eight users got through together: 80/s of 100 ms each", () => {
    expect(start([quick, probe(8, 100)])).toBe(24);
  });

  test("by users it is as many as make that rate with their pauses", () => {
    const together = [quick, probe(8, 100)];
    // 24/s, each user once in 1.1 s.
    expect(start(together, { by: "users", thinkMs: 1000 })).toBe(26);
    expect(start(together, { by: "users" })).toBe(2);
    expect(start([probe(1, 450), probe(8, 3600)], { by: "users" })).toBe(1);
  });

  test("is .3 of what one got alone where eight break the promise already, or one", () => {
    expect(start([quick, probe(8, 800)])).toBe(3);
    expect(isWithin(probe(1, 800), asked, [500])).toBe(false);
    expect(start([probe(1, 800)])).toBeCloseTo(0.37, 1);
  });

  test("is known after the only probe where no more users are allowed", () => {
    expect(start([quick], { by: "users", maxLoad: 1 })).toBe(1);
  });
});
