import { renderToString } from "preact-render-to-string";
import { expect, test } from "vitest";
import type { CapacityData } from "../../plimsoll/src/report/html-capacity.ts";
import { CapacitySection } from "./capacity-section.tsx";

const level = (load: number): CapacityData["levels"][number] => ({
  ...{ load, throughputPerSec: 10, p50: 65, p95: 300, p99: 500, errorRatio: 0, verdict: "pass" },
});

test("a level of one is of one user, where a card a level says what it counts", () => {
  const capacity: CapacityData = {
    ...{ sentence: "Holds 97 users.", by: "users", value: 97, low: 93, high: 101, confidence: 0.9 },
    ...{ limitedBy: "p95 < 500ms", steps: [], curve: [], levels: [level(1), level(20)] },
  };
  const html = renderToString(<CapacitySection capacity={capacity} />);
  expect([...html.matchAll(/data-unit="(\w+)"[^>]*>([^<]+)</g)].map(([, unit, load]) => `${load} ${unit}`)).toEqual([
    "1 user",
    "20 users",
  ]);
});
