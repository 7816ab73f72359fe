import { renderToString } from "preact-render-to-string";
import { expect, test } from "vitest";
import type { CapacityData } from "../../plimsoll/src/report/html-capacity.ts";
import { sampleCapacity } from "../../plimsoll/src/report/html-sample.ts";
import { CapacitySection } from "./capacity-section.tsx";

const level = (load: number): CapacityData["levels"][number] => ({
  ...{ load, throughputPerSec: 10, p50: 65, p95: 300, p99: 500, errorRatio: 0, verdict: "pass" },
});

test("a level of one is of one user, where a card a level says what it counts", () => {
  const capacity: CapacityData = {
    ...{ sentence: "Holds 97 users.", by: "users", value: 97, low: 93, high: 101, confidence: 0.9 },
    ...{ promises: ["p95 < 500ms"], limitedBy: "p95 < 500ms", steps: [], curve: [], levels: [level(1), level(20)] },
  };
  const html = renderToString(<CapacitySection capacity={capacity} />);
  expect([...html.matchAll(/data-unit="(\w+)"[^>]*>([^<]+)</g)].map(([, unit, load]) => `${load} ${unit}`)).toEqual([
    "1 user",
    "20 users",
  ]);
});

const OUTLOOK = "About 2 m 30 s left; then 3 rows by number of users (about 1 m).";

/** The section as text, its numbers not kept together with their units. */
function textOf(props: Parameters<typeof CapacitySection>[0]): string {
  return renderToString(<CapacitySection {...props} />).replaceAll("\u00a0", " ");
}

test("a search that goes on says how long it still takes and what comes then, beside its curve and interval", () => {
  const live = textOf({ capacity: { ...sampleCapacity(), outlook: OUTLOOK }, isLive: true });
  expect(live).toContain(`<p class="note">${OUTLOOK}</p>`);
  expect(live).toContain("90 % interval 174–189");
  expect(live).toContain("Every load that was tried (8)");
});

test("one that was interrupted does not: nothing comes any more", () => {
  expect(textOf({ capacity: { ...sampleCapacity(), outlook: OUTLOOK } })).not.toContain("left; then");
});
