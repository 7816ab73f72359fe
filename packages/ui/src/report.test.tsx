import { renderToString } from "preact-render-to-string";
import { describe, expect, test } from "vitest";
import { reportDataOf } from "../../plimsoll/src/report/html-data.ts";
import { sampleCapacity } from "../../plimsoll/src/report/html-sample.ts";
import { sampleReport } from "../../plimsoll/src/report/report-sample.ts";
import { renderReportBody } from "./render.tsx";
import { RunView } from "./report.tsx";
import { createView } from "./view.ts";

const data = reportDataOf(sampleReport());
const unjudged = { ...data, judgement: { ...data.judgement, thresholds: [] } };

/** What stands first among the evidence, with ordinary blanks. */
function evidenceOf(html: string): string {
  return (/<section id="thresholds".*?(?=<h3>)/s.exec(html)?.[0] ?? "").replaceAll("\u00a0", " ");
}

describe("without thresholds", () => {
  test("a run says that none were set", () => {
    expect(evidenceOf(renderReportBody(unjudged))).toContain("No thresholds were set.");
  });

  test("a search tells what every load was held against, and nothing of thresholds", () => {
    const promises = ["p95 < 500ms", "errors < 1%"];
    const html = renderReportBody({ ...unjudged, capacity: { ...sampleCapacity(), promises } });
    const text = evidenceOf(html).replace(/<[^>]*>/g, "");
    expect(text).toContain("Every load was held against p95 &lt; 500ms and errors &lt; 1%.");
    expect(text).not.toMatch(/threshold/i);
  });
});

test("a choice that no threshold is for is not told as if none had been set", () => {
  const view = createView();
  view.task.value = "a task of its own";
  const thresholds = data.judgement.thresholds.map((judged) => ({ ...judged, task: "embed" }));
  const html = renderToString(<RunView data={{ ...data, judgement: { ...data.judgement, thresholds } }} view={view} />);
  expect(evidenceOf(html)).toContain("No threshold is for what is chosen.");
  expect(evidenceOf(html)).not.toContain("No thresholds were set.");
});
