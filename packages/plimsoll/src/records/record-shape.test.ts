import { describe, expect, test } from "vitest";
import { faultInRecord, isKnownKind, isNumberedRecord } from "./record-shape.ts";
import { SAMPLE_LINUX_GENERATOR, SAMPLE_RECORDS, SAMPLE_TASK, sampleData } from "./sample-journal.ts";

/** The record with the field at `path` set to `value`; undefined takes it away. */
function changed(record: object, path: readonly string[], value: unknown): unknown {
  const [name = "", ...rest] = path;
  if (rest.length === 0) {
    const others = Object.entries(record).filter(([key]) => key !== name);
    return Object.fromEntries(value === undefined ? others : [...others, [name, value]]);
  }
  const held = Object.entries(record).find(([key]) => key === name)?.[1];
  return { ...record, [name]: changed(held, rest, value) };
}

describe("isNumberedRecord", () => {
  test.each(SAMPLE_RECORDS.map((record) => [record.k, record] as const))(
    "%s: takes it whole, and with any further field",
    (_, record) => {
      expect(isNumberedRecord({ n: 3, ...record, later: { deep: [1] } })).toBe(true);
      expect(faultInRecord(record)).toBeUndefined();
    },
  );

  test.each(SAMPLE_RECORDS.map((record) => [record.k, record] as const))(
    "%s: refuses it without any one field, or with a null",
    (_, record) => {
      for (const name of Object.keys(record)) {
        expect(isNumberedRecord(changed({ n: 3, ...record }, [name], undefined)), name).toBe(false);
        const mayBeNull = name === "q" || name === "spec" || name === "checks";
        expect(isNumberedRecord(changed({ n: 3, ...record }, [name], null)), name).toBe(mayBeNull);
      }
    },
  );

  test("d: takes what only some systems tell of the generator", () => {
    expect(isNumberedRecord({ n: 3, ...sampleData(0), gen: SAMPLE_LINUX_GENERATOR })).toBe(true);
  });

  test("steer: takes the parts of a phase by users and by rates, and refuses what is neither", () => {
    const steer = SAMPLE_RECORDS.find(({ k }) => k === "steer")!;
    const takes = (...stages: readonly object[]) => isNumberedRecord({ n: 3, ...steer, stages });
    expect(takes({ users: 3, durationMs: 1 }, { users: 0, spawnPerSec: 2.5, durationMs: 0.5 })).toBe(true);
    expect(takes({ fromPerSec: 0, toPerSec: 2.5, durationMs: 10 })).toBe(true);
    for (const wrong of [
      { durationMs: 1 },
      { users: 1.5, durationMs: 1 },
      { users: 1 },
      { fromPerSec: 1, durationMs: 1 },
    ])
      expect(takes(wrong)).toBe(false);
  });

  test.each([null, undefined, 3, "d", [], [{ n: 1, k: "d" }], {}, { n: 1 }, { k: "t0", wall: "", mono: "" }])(
    "refuses %j",
    (value) => {
      expect(isNumberedRecord(value)).toBe(false);
    },
  );

  test.each(["constructor", "__proto__", "toString", "D", "gap"])("knows no kind %s", (k) => {
    expect(isKnownKind(k)).toBe(false);
    expect(isNumberedRecord({ n: 1, k })).toBe(false);
  });
});

describe("faultInRecord", () => {
  const health = (value: unknown, ...path: readonly string[]) =>
    changed(sampleData(0), ["tasks", "health", ...path], value);

  test.each([
    ["d.sec", changed(sampleData(0), ["sec"], -1)],
    [
      "d.lag[1]",
      changed(
        sampleData(0),
        ["lag"],
        [
          [5, 1],
          [5, 1],
        ],
      ),
    ],
    ["d.lag[0]", changed(sampleData(0), ["lag"], [[5, 0]])],
    ["d.lag[0]", changed(sampleData(0), ["lag"], [[5.5, 1]])],
    ["d.lag[0]", changed(sampleData(0), ["lag"], [[-1, 1]])],
    ["d.lag[0]", changed(sampleData(0), ["lag"], [[5]])],
    ["d.lag", changed(sampleData(0), ["lag"], { 5: 1 })],
    ["d.gen.cpuRatio", changed(sampleData(0), ["gen", "cpuRatio"], Number.NaN)],
    ["d.gen.cpuRatioByThread.main", changed(sampleData(0), ["gen", "cpuRatioByThread"], { main: "busy" })],
    ["d.gen.threadCpuRatios[1]", changed(sampleData(0), ["gen", "threadCpuRatios"], [0.5, null])],
    ["d.gen.cpuWaitRatio", changed(sampleData(0), ["gen", "cpuWaitRatio"], "0")],
    ["d.gen.stealRatio", changed(sampleData(0), ["gen", "stealRatio"], null)],
    ["d.vec.local", changed(sampleData(0), ["vec"], { local: [1] })],
    ["d.tasks.health", health("4")],
    ["d.tasks.health.sent", health(1.5, "sent")],
    ["d.tasks.health.dropped.EMFILE", health({ EMFILE: -1 }, "dropped")],
    ["d.tasks.health.errors.reset.x", health({ reset: { x: "1" } }, "errors")],
    ["d.tasks.health.responseMs.max", health({ sum: 1, min: 1, max: Number.POSITIVE_INFINITY }, "responseMs")],
    ["d.tasks.health.cells[0].over[1]", health([{ ...SAMPLE_TASK.cells[0], over: [1, null] }], "cells")],
  ])("names %s", (path, record) => {
    expect(isNumberedRecord(Object.assign({ n: 1 }, record))).toBe(false);
    expect(faultInRecord(asWritten(record))).toBe(path);
  });
});

/** What a writer is handed when the types were got around. */
function asWritten(record: unknown): { readonly k: "d" } {
  return Object.assign({ k: "d" as const }, record);
}
