import { expect, test } from "vitest";
import { displayWidth } from "./display-width.ts";
import { liveModelOf } from "./live-model.ts";
import { sampleReport } from "./report-sample.ts";
import { progressBar, sparkline } from "./sparkline.ts";
import { renderLiveScreen, renderProgressLine } from "./terminal-live.ts";

const { stats } = sampleReport();
const rampUp = stats.profiles[0]!;
const running = { ...stats, profiles: [{ ...rampUp, isFinished: false, series: rampUp.series.slice(0, 45) }] };

test("time left is planned less elapsed on the phase clock", () => {
  expect(liveModelOf(running, 45_400).profile).toMatchObject({
    elapsedMs: 45_400,
    remainingMs: 14_600,
    state: "running",
  });
});

test("after the planned time a phase that has not ended is draining", () => {
  expect(liveModelOf(running, 61_000).profile).toMatchObject({ elapsedMs: 60_000, remainingMs: 0, state: "draining" });
});

test("the rate is the mean of the last ten seconds", () => {
  const last = rampUp.series.slice(35, 45).map((point) => point.completed + point.failed);
  expect(liveModelOf(running, 45_000).profile?.requestsPerSec).toBe(last.reduce((a, b) => a + b) / 10);
});

test("an open loop shows the planned rate of the moment", () => {
  const planned = {
    ...rampUp.planned,
    kind: "open" as const,
    shape: [
      [0, 10],
      [10_000, 30],
      [60_000, 30],
    ] as const,
  };
  const at = (nowMs: number) =>
    liveModelOf({ ...running, profiles: [{ ...running.profiles[0]!, planned }] }, nowMs).profile?.load;
  expect([at(0), at(5000), at(20_000), at(90_000)]).toEqual([10, 20, 30, 30]);
});

test("before the first profile there is none, and all are upcoming", () => {
  const live = liveModelOf({ ...stats, profiles: [] }, 0);
  expect(live).toMatchObject({ profile: undefined, upcoming: ["ramp_up", "spike", "steady"] });
  expect(renderProgressLine(live)).toContain("waiting for the target");
});

test.each([
  [60, 10],
  [80, 24],
  [140, 40],
  [200, 1],
])("a screen of %d × %d is never exceeded", (width, height) => {
  const lines = renderLiveScreen(liveModelOf(running, 45_400), { width, height, colour: false });
  expect(lines.length).toBeLessThanOrEqual(height);
  for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
});

test("a sparkline keeps the newest values, and a second without answers is blank", () => {
  expect(sparkline([9, 0, 4, undefined, 8], 4)).toBe("▁▄ █");
  expect(sparkline([1], 3)).toBe("  █");
  expect(sparkline([0, 0], 2)).toBe("▁▁");
});

test("a progress bar fills its cells by eighths", () => {
  expect(progressBar(0, 4)).toBe("····");
  expect(progressBar(0.53, 4)).toBe("██▏·");
  expect(progressBar(2, 4)).toBe("████");
});
