import { expect, test } from "vitest";
import { sampleReport } from "../report/report-sample.ts";
import { liveMetrics } from "./metrics-text.ts";

function sampleAs(run: string) {
  const model = sampleReport();
  return { ...model, stats: { ...model.stats, header: { ...model.stats.header, run } } };
}

test("two runs share each family, and every sample says whose it is", () => {
  const lines = liveMetrics([sampleAs("run-one-0001"), sampleAs("run-two-0002")], 1)
    .trimEnd()
    .split("\n");
  const types = lines.filter((line) => line.startsWith("# TYPE"));
  expect(new Set(types).size).toBe(types.length);
  const samples = lines.filter((line) => !line.startsWith("#")).slice(1);
  expect(samples.filter((line) => !/^\w+\{(?:.*,)?run="run-(?:one-0001|two-0002)"/.test(line))).toEqual([]);
  expect(new Set(samples.map((line) => line.replace(/ \S+$/, ""))).size).toBe(samples.length);
  expect([lines[2], lines.at(-1)]).toEqual(["plimsoll_running_runs 1", "# EOF"]);
  // A family's samples stand together, as the format wants it.
  const families = samples.map((line) => /^\w+?(?=(?:_sum|_count)?\{)/.exec(line)?.[0]);
  expect(families.filter((name, index) => name !== families[index - 1])).toHaveLength(new Set(families).size);
});

test("without a run it says so", () => {
  expect(liveMetrics([], 0)).toMatch(
    /^# HELP .*\n# TYPE plimsoll_running_runs gauge\nplimsoll_running_runs 0\n# EOF\n$/,
  );
});
