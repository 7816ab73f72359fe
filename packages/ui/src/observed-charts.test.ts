import { expect, test } from "vitest";
import { reportDataOf } from "../../plimsoll/src/report/html-data.ts";
import { sampleReport } from "../../plimsoll/src/report/report-sample.ts";
import { observedCharts } from "./observed-charts.ts";

const FRAME = { x: { kind: "time", values: [0, 1], max: 2, heading: "time_s" }, spans: [] } as const;

test.each([
  ["process_resident_memory_bytes", 1_500_000_000, "1.50 GB"],
  ['cache_bytes_total{tier="a_b"}', 2_048, "2.05 kB"],
  ["bytes_waiting", 1_500_000_000, "1.5 G"],
  ["queue_depth", 12, "12"],
])("%s of %d is labelled %s", (name, value, text) => {
  const profile = reportDataOf(sampleReport()).profiles[0]!;
  const observations = {
    names: [name],
    isRate: [false],
    atMs: [profile.startedAtMs, profile.startedAtMs + 1000],
    values: [[value, value]],
  };
  const [chart] = observedCharts(profile, observations, FRAME);
  expect(chart!.y.text(value)).toBe(text);
  expect(chart!.summary).toContain(text);
});
