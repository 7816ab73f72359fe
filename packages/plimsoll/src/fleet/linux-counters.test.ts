import { describe, expect, test } from "vitest";
import { parseThreadLink } from "../engine/system-thread.ts";
import { parseMachineCpu, parseThreadCpu } from "./linux-counters.ts";

describe("the kernel's counters", () => {
  test("a thread's time on a core and its wait for one, from ns", () => {
    expect(parseThreadCpu("244580855 113458065 74\n")).toEqual({ cpuMs: 244.580855, waitMs: 113.458065 });
  });

  test("the machine's ticks: guest times are in user already, steal is the eighth", () => {
    const text = "cpu  100 1 20 800 5 0 3 71 50 2\ncpu0 50 0 10 400 2 0 1 30 25 1\n";
    expect(parseMachineCpu(text)).toEqual({ totalTicks: 1000, stealTicks: 71 });
  });

  test("a thread's number in the system", () => {
    expect(parseThreadLink("4711/task/4713")).toBe(4713);
  });

  test.each(["", "0\n", "cpu  1 2 3\n", "x y z", "intr 5"])(
    "what looks otherwise, such as %j, tells nothing",
    (text) => {
      expect(parseThreadCpu(text)).toBeUndefined();
      expect(parseMachineCpu(text)).toBeUndefined();
      expect(parseThreadLink(text)).toBeUndefined();
    },
  );
});
