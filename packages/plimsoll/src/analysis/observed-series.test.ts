import { expect, test } from "vitest";
import type { ObservedRecord } from "../records/record.ts";
import { observedRun } from "./observed-series.ts";

function observed(atMs: number, values: ObservedRecord["values"]): ObservedRecord {
  return { k: "obs", atMs, values };
}

const NOTHING = { spec: null };

test("levels stay as they are, what ends in _total, _count or _sum becomes its increase per second", () => {
  const observations = [
    observed(0, { queue_depth: 1, tokens_total: 100, wait_sum: 0.5, wait_count: 3 }),
    observed(2000, { queue_depth: 4, tokens_total: 300, wait_sum: 1.5, wait_count: 3 }),
  ];
  const { atMs, series } = observedRun({ observations, plan: NOTHING });
  expect(atMs).toEqual([0, 2000]);
  expect(series.map(({ name, kind, values }) => [name, kind, values])).toEqual([
    ["queue_depth", "level", [1, 4]],
    ["tokens_total", "rate", [null, 100]],
    ["wait_sum", "rate", [null, 0.5]],
    ["wait_count", "rate", [null, 0]],
  ]);
});

test("a counter under another name is known by the metric it stands for", () => {
  const metrics = [{ name: "tokens", metric: "vllm:generation_tokens_total", labels: {}, take: "sum" }];
  const plan = { spec: { observe: { metrics } } };
  const observations = [observed(0, { tokens: 5 }), observed(1000, { tokens: 9 })];
  expect(observedRun({ observations, plan }).series).toEqual([
    { name: "tokens", metric: "vllm:generation_tokens_total", kind: "rate", values: [null, 4], full: undefined },
  ]);
});

test("a restart of the target and a gap leave no rate behind", () => {
  const values = [100, 200, 10, 30, null, 90, 100];
  const observations = values.map((value, index) => observed(index * 1000, { n_total: value }));
  expect(observedRun({ observations, plan: NOTHING }).series[0]?.values).toEqual([null, 100, null, 20, null, null, 10]);
});

test("the spec's order and its full values are kept, also where nothing ever came", () => {
  const metrics = [
    { name: "gpu", metric: "util", full: 100 },
    { name: "absent", metric: "absent" },
  ];
  const observations = [observed(0, { gpu: 3 })];
  const { series } = observedRun({ observations, plan: { spec: { observe: { metrics } } } });
  expect(series.map(({ name, values, full }) => [name, values, full])).toEqual([
    ["gpu", [3], 100],
    ["absent", [null], undefined],
  ]);
});

test("without observations there is nothing, whatever the spec asked for", () => {
  const plan = { spec: { observe: { metrics: [{ name: "gpu", metric: "util" }] } } };
  expect(observedRun({ observations: [], plan })).toEqual({ atMs: [], series: [] });
});
