import { describe, expect, test } from "vitest";
import { countOf } from "../records/latency-histogram.ts";
import { TaskRecorder } from "./task-recorder.ts";

describe("what a recorder hands over", () => {
  test("ended requests stand in the slot in which they were due, with exact bad counts", () => {
    const recorder = new TaskRecorder([100, 500]);
    for (let i = 0; i < 4; i++) recorder.sent();
    recorder.completed(0, 50, 40, 10);
    recorder.completed(499, 100.1, 90, 10);
    recorder.completed(500, 900, 30, 10);
    recorder.failed(1200, 5, 5, { kind: "http-5xx", message: "503", bodyBytes: 2 });
    const second = recorder.drain()!;
    expect(second.cells.map(({ due, over }) => ({ due, over }))).toEqual([
      { due: 0, over: [1, 0] },
      { due: 1, over: [1, 1] },
      { due: 2, over: [1, 1] },
    ]);
    expect(second).toMatchObject({ planned: 4, sent: 4, completed: 3, failed: 1, inFlight: 0, bodyBytes: 32 });
    expect(second.errors).toEqual({ "http-5xx": { "503": 1 } });
    expect(second.responseMs).toEqual({ sum: 50 + 100.1 + 900 + 5, min: 5, max: 900 });
    expect(countOf(second.service)).toBe(4);
  });

  test("the least, the greatest and the sum of times are told to the nanosecond", () => {
    const recorder = new TaskRecorder([]);
    for (const dueMs of [5000, 5000.1]) {
      recorder.sent();
      recorder.completed(dueMs, 5000.3 - dueMs, 5000.2 - dueMs, 0);
    }
    expect(5000.3 - 5000).not.toBe(0.3);
    const second = recorder.drain()!;
    expect(second.responseMs).toEqual({ sum: 0.5, min: 0.2, max: 0.3 });
    expect(second.serviceMs).toEqual({ sum: 0.3, min: 0.1, max: 0.2 });
  });

  test("nothing is told twice, and what is in flight is told each second", () => {
    const recorder = new TaskRecorder([]);
    recorder.sent();
    expect(recorder.drain()).toMatchObject({ planned: 1, sent: 1, inFlight: 1 });
    expect(recorder.drain()).toMatchObject({ planned: 0, sent: 0, inFlight: 1, cells: [] });
    recorder.completed(0, 1, 1, 0);
    expect(recorder.drain()).toMatchObject({ completed: 1, inFlight: 0 });
    expect(recorder.drain()).toBeUndefined();
  });

  test("one given up stays in flight and counts as over where it was already too old", () => {
    const recorder = new TaskRecorder([100, 500]);
    recorder.sent();
    recorder.censored(700, 300);
    const second = recorder.drain()!;
    expect(second).toMatchObject({ completed: 0, failed: 0, inFlight: 1 });
    expect(second.cells[0]).toMatchObject({ due: 1, over: [1, 0] });
    expect(countOf(second.cells[0]!.censored)).toBe(1);
  });

  test("an arrival that could not leave is dropped with its reason, and planned = sent + dropped", () => {
    const recorder = new TaskRecorder([]);
    recorder.droppedBeforeSend("connection-cap");
    recorder.sent();
    recorder.droppedAfterAll("EMFILE");
    expect(recorder.drain()).toMatchObject({
      planned: 2,
      sent: 0,
      inFlight: 0,
      dropped: { "connection-cap": 1, EMFILE: 1 },
    });
  });

  test("a target that invents a new message for each failure cannot fill the memory", () => {
    const recorder = new TaskRecorder([]);
    for (let i = 0; i < 1000; i++) {
      recorder.sent();
      recorder.failed(0, 1, 1, { kind: "expectation", message: `message ${i}`, bodyBytes: 0 });
    }
    const messages = recorder.drain()!.errors.expectation!;
    expect(Object.keys(messages)).toHaveLength(51);
    expect(messages["(other)"]).toBe(950);
  });
});
