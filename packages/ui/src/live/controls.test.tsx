import { renderToString } from "preact-render-to-string";
import { expect, test } from "vitest";
import { nowOf } from "../../../plimsoll/src/live/live-document.ts";
import type { LiveDocument } from "../../../plimsoll/src/live/live-event.ts";
import { reportDataOf } from "../../../plimsoll/src/report/html-data.ts";
import { sampleReport } from "../../../plimsoll/src/report/report-sample.ts";
import { Controls } from "./controls.tsx";

function controlsOf(isSteerable: boolean): string {
  const model = sampleReport();
  const now = nowOf(model.stats)!;
  const document: LiveDocument = {
    schema: "plimsoll.live/1",
    id: "x",
    state: "running",
    data: reportDataOf(model),
    steers: [],
    isSteerable,
    now,
  };
  return renderToString(<Controls document={document} />);
}

test("a run of planned profiles is given another load, held and stopped here", () => {
  expect(controlsOf(true)).toMatch(/Rate, req\/s[\s\S]*Apply[\s\S]*Pause[\s\S]*Stop…/);
});

test("what sets its load itself can only be stopped, and it is said why", () => {
  const controls = controlsOf(false);
  expect(controls).toMatch(/sets its load itself, so it can only be stopped[\s\S]*Stop…/);
  expect(controls).not.toMatch(/Apply|Pause|<input/);
});
