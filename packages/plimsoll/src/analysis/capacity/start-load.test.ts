import { describe, expect, test } from "vitest";
import { probeMs, probePauseMs, probeUsers } from "./start-load.ts";

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
