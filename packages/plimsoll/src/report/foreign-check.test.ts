import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { oneResult } from "../analysis/foreign/one-result.fixture.ts";
import type { Judgement } from "../verdict/judgement.ts";
import { displayWidth } from "./display-width.ts";
import { renderForeignCheck, renderForeignJson } from "./foreign-check.ts";

const fixture = new URL("../../../../test/fixtures/locust-2.47/ramp_up_stats.csv", import.meta.url);
const result = oneResult("ramp_up_stats.csv", readFileSync(fixture, "utf8"));
const judgement: Judgement = {
  verdict: "fail",
  exitCode: 1,
  because: "p95 < 500ms failed.",
  thresholds: [],
  reasons: [],
  findings: [],
};

describe("a Locust CSV", () => {
  test.each([60, 80, 140])("the verdict comes first, and no line is wider than %d cells", (width) => {
    const text = renderForeignCheck(result, judgement, { width, colour: false });
    expect(text).toMatch(/^✗ FAIL {2}p95 < 500ms failed\./);
    for (const line of text.split("\n")) expect(displayWidth(line)).toBeLessThanOrEqual(width);
  });

  test("its figures, tool and known gaps are told", () => {
    const text = renderForeignCheck(result, judgement, { width: 100, colour: false });
    expect(text).toContain("Locust CSV");
    expect(text).toMatch(/Aggregated +1\u202f909 +0 % +32\.2\/s/);
    expect(text).toContain("lacks the last second");
  });

  test("the JSON keeps every digit, and null says what the file lacks", () => {
    const [profile] = JSON.parse(renderForeignJson(result, judgement)).profiles;
    expect(profile).toMatchObject({ name: "ramp_up_stats.csv", source: "locust-csv", startedAt: null });
    expect(profile.tasks.at(-1).responseMs).toMatchObject({ min: 1.6045949998897413, p95: 2500, p999: 3500 });
  });
});
