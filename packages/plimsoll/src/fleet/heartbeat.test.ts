import { describe, expect, test } from "vitest";
import { isNumberedRecord } from "../records/record-shape.ts";
import { type Beat, beatFaults, describeBeatFault } from "./heartbeat.ts";

const BEFORE: Beat = { monotonicMs: 5000, bootMs: 90_000, wallMs: 1_800_000_000_000, busyMs: 40 };

/** The next beat after so much time on every clock. */
function after(ms: Partial<Beat>): Beat {
  const monotonicMs = ms.monotonicMs ?? 100;
  return {
    monotonicMs: BEFORE.monotonicMs + monotonicMs,
    bootMs: BEFORE.bootMs! + (ms.bootMs ?? monotonicMs),
    wallMs: BEFORE.wallMs + (ms.wallMs ?? monotonicMs),
    busyMs: BEFORE.busyMs + (ms.busyMs ?? 1),
  };
}

describe("between two beats", () => {
  test.each([100, 130, 480])("%d ms are nothing to tell of", (monotonicMs) => {
    expect(beatFaults(BEFORE, after({ monotonicMs }))).toEqual([]);
  });

  test("a process that was stopped for a second stood still", () => {
    expect(beatFaults(BEFORE, after({ monotonicMs: 1080 }))).toEqual([{ kind: "stalled", durationMs: 1079 }]);
  });

  test("a beating thread that was at work for a second did not", () => {
    expect(beatFaults(BEFORE, after({ monotonicMs: 1080, busyMs: 990 }))).toEqual([]);
  });

  test("a machine that slept goes on with its boot clock and its wall clock alone", () => {
    expect(beatFaults(BEFORE, after({ bootMs: 60_100, wallMs: 60_100 }))).toEqual([
      { kind: "suspended", durationMs: 60_000 },
    ]);
  });

  test.each([3_600_000, -3_600_000])("a wall clock set by %d ms is told, and is no standstill", (stepMs) => {
    expect(beatFaults(BEFORE, after({ wallMs: 100 + stepMs }))).toEqual([{ kind: "clock-stepped", stepMs }]);
  });

  test("without a boot clock only the wall clock can be told of", () => {
    const [before, now] = [BEFORE, after({ wallMs: 60_100 })].map((beat) => ({ ...beat, bootMs: undefined }));
    expect(beatFaults(before!, now!)).toEqual([{ kind: "clock-stepped", stepMs: 60_000 }]);
  });

  test("a boot clock of whole seconds makes no standstill", () => {
    expect(beatFaults(BEFORE, after({ bootMs: 1000 }))).toEqual([]);
  });
});

test.each([
  [{ kind: "stalled", durationMs: 1043.4 }, "GENERATOR_STALLED", { durationMs: 1043 }],
  [{ kind: "suspended", durationMs: 60_000 }, "GENERATOR_SUSPENDED", { durationMs: 60_000 }],
  [{ kind: "clock-stepped", stepMs: -2000 }, "CLOCK_STEPPED", { stepMs: -2000 }],
] as const)("$0.kind becomes a record that a journal takes", (fault, code, data) => {
  const record = describeBeatFault(fault, 1234, 2);
  expect(record).toMatchObject({ code, data, atMs: 1234, phase: 2, level: "warning" });
  expect(isNumberedRecord({ n: 1, ...record })).toBe(true);
  expect(describeBeatFault(fault, 1234, undefined)).not.toHaveProperty("phase");
});
