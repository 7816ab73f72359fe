import { describe, expect, test } from "vitest";
import {
  lastingConnectionsPerSec,
  parseCfsQuota,
  parseCpuMax,
  parseOpenFiles,
  parsePortRange,
  portCount,
} from "./machine-limits.ts";

const LIMITS = `Limit                     Soft Limit           Hard Limit           Units     
Max processes             96365                96365                processes 
Max open files            1024                 524288               files     
Max locked memory         8388608              8388608              bytes     
`;

describe("the system's limits", () => {
  test("open files: the soft limit counts", () => {
    expect(parseOpenFiles(LIMITS)).toBe(1024);
    expect(parseOpenFiles(LIMITS.replace("1024     ", "unlimited"))).toBe(Number.POSITIVE_INFINITY);
  });

  test("ports: Linux's default range holds 28,232, which last for 470 new connections a second", () => {
    const range = parsePortRange("32768\t60999\n")!;
    expect(portCount(range)).toBe(28_232);
    expect(Math.floor(lastingConnectionsPerSec(range))).toBe(470);
  });

  test("CPU quota of either kind of control group", () => {
    expect(parseCpuMax("150000 100000\n")).toBe(1.5);
    expect(parseCpuMax("max 100000\n")).toBe(Number.POSITIVE_INFINITY);
    expect(parseCfsQuota("50000\n", "100000\n")).toBe(0.5);
    expect(parseCfsQuota("-1\n", "100000\n")).toBe(Number.POSITIVE_INFINITY);
  });

  test.each(["", "nothing", "5", "60999\t32768\n", "1 0\n"])(
    "what looks otherwise, such as %j, tells nothing",
    (text) => {
      expect(parseOpenFiles(text)).toBeUndefined();
      expect(parsePortRange(text)).toBeUndefined();
      expect(parseCpuMax(text)).toBeUndefined();
      expect(parseCfsQuota(text, "0")).toBeUndefined();
    },
  );
});
