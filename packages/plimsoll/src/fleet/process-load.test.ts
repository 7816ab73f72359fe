import { describe, expect, test } from "vitest";
import { ProcessLoad, systemThreadId } from "./process-load.ts";

/** Uses the core as a load thread would: what it did is far beyond any noise. */
function burn(ms: number): void {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
}

function used() {
  const { user, system } = process.cpuUsage();
  return { atMs: performance.now(), cpuMs: (user + system) / 1000 };
}

/** This thread, as if it were one that sends. */
function ownLoad(): ProcessLoad {
  const id = systemThreadId();
  return new ProcessLoad(new Map(id === undefined ? [] : [["load-0", id]]));
}

test("CPU of the process since the last call, as a ratio of one core, and memory now", () => {
  const before = used();
  const load = ownLoad();
  const began = used();
  burn(150);
  const ended = used();
  const { cpuRatio } = load.sample();
  const after = used();
  // Its two looks lie between these, wherever a busy machine put a pause.
  expect(cpuRatio).toBeGreaterThanOrEqual((ended.cpuMs - began.cpuMs) / (after.atMs - before.atMs));
  expect(cpuRatio).toBeLessThanOrEqual((after.cpuMs - before.cpuMs) / (ended.atMs - began.atMs));
  expect(cpuRatio).toBeGreaterThan(0);
  const kept = Buffer.alloc(64 * 1024 * 1024, 1);
  burn(101);
  expect(load.sample().rssBytes).toBeGreaterThan(kept.length);
});

test("asked again within a tenth of a second, it tells the same", () => {
  const load = ownLoad();
  burn(120);
  const first = load.sample();
  expect(load.sample()).toEqual(first);
  expect(first.rssBytes).toBeGreaterThan(1e7);
});

describe.skipIf(process.platform !== "linux")("where Linux tells", () => {
  test("each thread is told by name, and of the load threads alone who worked and who waited", () => {
    const load = ownLoad();
    burn(150);
    const { cpuRatioByThread = {}, threadCpuRatios = [], cpuWaitRatio = -1, stealRatio = -1 } = load.sample();
    expect(Object.keys(cpuRatioByThread)).toEqual(["main", "load-0"]);
    expect(threadCpuRatios).toEqual([cpuRatioByThread["load-0"]]);
    // It did nothing but work or wait for a core, as far as the hypervisor let it.
    expect(threadCpuRatios[0]).toBeGreaterThan(0);
    expect(threadCpuRatios[0]! + cpuWaitRatio).toBeGreaterThan(0.5);
    expect(threadCpuRatios[0]! + cpuWaitRatio).toBeLessThan(1.2);
    expect(stealRatio).toBeGreaterThanOrEqual(0);
  });

  test("a thread that has ended is told of no more", () => {
    const load = new ProcessLoad(new Map([["load-0", 2 ** 22 + 1]]));
    burn(120);
    const sample = load.sample();
    expect(Object.keys(sample.cpuRatioByThread ?? {})).toEqual(["main"]);
    expect(sample).not.toHaveProperty("threadCpuRatios");
  });
});
