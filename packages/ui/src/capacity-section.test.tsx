import { renderToString } from "preact-render-to-string";
import { expect, test } from "vitest";
import { sampleCapacity } from "../../plimsoll/src/report/html-sample.ts";
import { CapacitySection } from "./capacity-section.tsx";

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
