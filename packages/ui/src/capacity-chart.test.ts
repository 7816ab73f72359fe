import { expect, test } from "vitest";
import type { CapacityData } from "../../plimsoll/src/report/html-capacity.ts";
import { capacityChart } from "./capacity-chart.ts";

const step = (load: number, badRatio: number): CapacityData["steps"][number] => ({
  ...{ name: `step ${load}`, load, phase: "search", badRatio, allowedRatio: 0.05, isHeld: badRatio <= 0.05 },
  ...{ isAborted: false, requests: 1000 },
});

const BY_USERS: CapacityData = {
  ...{ sentence: "Holds 97 users.", by: "users", value: 97, low: 93, high: 101, confidence: 0.9 },
  ...{
    promises: ["p95 < 500ms"],
    limitedBy: "p95 < 500ms",
    steps: [step(60, 0.01), step(120, 0.2)],
    curve: [],
    levels: [],
  },
  scalability: {
    sentence: "Throughput peaks.",
    knee: { load: 80, low: 75, high: 85 },
    peak: { low: 100, high: 121 },
  },
};

const markersOf = (capacity: CapacityData) => capacityChart(capacity)?.markers;

test("bend and peak stand at their place among the users, each with its interval", () => {
  expect(markersOf(BY_USERS)).toEqual([
    { at: 97, label: "capacity 97 (93–101)", isOnTop: true },
    { at: 80, label: "bend 75–85" },
    { at: 110, label: "peak 100–121" },
  ]);
});

test("neither has a place on an axis of rates", () => {
  expect(markersOf({ ...BY_USERS, by: "rate" })).toEqual([{ at: 97, label: "capacity 97 (93–101)", isOnTop: true }]);
});

test("what is not well known is not drawn, nor what lies beyond every load that was tried", () => {
  const scalability = { sentence: "Throughput still grew." };
  expect(markersOf({ ...BY_USERS, scalability })).toEqual([{ at: 97, label: "capacity 97 (93–101)", isOnTop: true }]);
  const beyond = { sentence: "Throughput has reached its ceiling.", knee: { load: 400, low: 380, high: 420 } };
  expect(markersOf({ ...BY_USERS, scalability: beyond })).toEqual([
    { at: 97, label: "capacity 97 (93–101)", isOnTop: true },
  ]);
});
