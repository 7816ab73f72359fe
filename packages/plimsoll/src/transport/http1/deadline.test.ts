import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Deadline } from "./deadline.ts";

/** A virtual clock: `Deadline` gets its instants from it, and its timers follow it. */
describe("Deadline", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"], now: 0 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function deadline(): { readonly dueAtMs: number[]; readonly due: Deadline } {
    const dueAtMs: number[] = [];
    return { dueAtMs, due: new Deadline(Date.now, () => dueAtMs.push(Date.now())) };
  }

  test("calls once, when the instant has come", () => {
    const { due, dueAtMs } = deadline();
    due.set(100);
    vi.advanceTimersByTime(99);
    expect(dueAtMs).toEqual([]);
    vi.advanceTimersByTime(1000);
    expect(dueAtMs).toEqual([100]);
  });

  test("moved later, it waits for the later instant, on the same timer", () => {
    const { due, dueAtMs } = deadline();
    due.set(100);
    vi.advanceTimersByTime(50);
    due.set(150);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(1000);
    expect(dueAtMs).toEqual([150]);
  });

  test("moved earlier, it does not wait for the later one", () => {
    const { due, dueAtMs } = deadline();
    due.set(1000);
    due.set(100);
    vi.advanceTimersByTime(5000);
    expect(dueAtMs).toEqual([100]);
  });

  test("cleared, it never calls; set again, it does", () => {
    const { due, dueAtMs } = deadline();
    due.set(100);
    due.clear();
    vi.advanceTimersByTime(5000);
    expect(dueAtMs).toEqual([]);
    due.set(6000);
    vi.advanceTimersByTime(5000);
    expect(dueAtMs).toEqual([6000]);
  });

  test("set while an older timer sleeps for longer than needed", () => {
    const { due, dueAtMs } = deadline();
    due.set(1000);
    due.clear();
    vi.advanceTimersByTime(10);
    due.set(60);
    vi.advanceTimersByTime(5000);
    expect(dueAtMs).toEqual([60]);
  });

  test("a thousand moves cost one timer", () => {
    const { due, dueAtMs } = deadline();
    for (let at = 0; at < 1000; at += 1) {
      due.set(at + 500);
      vi.advanceTimersByTime(1);
      expect(vi.getTimerCount()).toBe(1);
    }
    vi.advanceTimersByTime(5000);
    expect(dueAtMs).toEqual([1499]);
  });

  test("an instant further off than a timer can count is waited for", () => {
    const { due, dueAtMs } = deadline();
    due.set(3_000_000_000);
    vi.advanceTimersByTime(2_999_999_999);
    expect(dueAtMs).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(dueAtMs).toEqual([3_000_000_000]);
  });

  test("cancelled, it leaves no timer", () => {
    const { due } = deadline();
    due.set(100);
    due.cancel();
    expect(vi.getTimerCount()).toBe(0);
  });
});
