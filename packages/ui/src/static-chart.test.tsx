import { renderToString } from "preact-render-to-string";
import { expect, test } from "vitest";
import type { Chart } from "./chart.ts";
import { StaticChart } from "./static-chart.tsx";

const CHART: Chart = {
  title: "Throughput",
  unit: "",
  summary: "",
  x: { kind: "time", values: [0, 1, 2, 3, 4], max: 50, heading: "time_s" },
  y: { kind: "linear", extent: [0, 9], text: String, unit: "ms" },
  heightPx: 150,
  lines: [{ label: "completed", tone: "completed", values: [1, 2, null, 4, 5] }],
  limits: [],
  spans: [],
};

/** The places at which each part of the line has its points, in the drawing's own coordinates. */
function partsOf(chart: Chart): readonly (readonly number[])[] {
  const [, path = ""] =
    /class="line tone-completed" d="([^"]*)"/.exec(renderToString(<StaticChart chart={chart} />)) ?? [];
  return path
    .split("M")
    .filter((part) => part !== "")
    .map((part) => part.split("L").map((point) => Number(point.split(" ")[0])));
}

test("a drain too short for its name is named all the same, up to its end", () => {
  const drawn = (to: number) =>
    renderToString(<StaticChart chart={{ ...CHART, spans: [{ kind: "drain", from: 40, to, label: "drain" }] }} />);
  expect(drawn(41)).toMatch(/<text x="82%"[^>]*text-anchor="end"[^>]*>drain</);
  expect(drawn(50)).toMatch(/<text x="80%"[^>]*text-anchor="start"[^>]*>drain</);
});

test("values that are not to be drawn are not, and one that is left alone is a dot", () => {
  expect(partsOf(CHART)).toEqual([
    [0, 20],
    [60, 80],
  ]);
  expect(partsOf({ ...CHART, drawnCount: 4 })).toEqual([[0, 20]]);
  const lone = renderToString(<StaticChart chart={{ ...CHART, drawnCount: 4 }} />);
  expect(lone).toMatch(/class="mark-lone tone-completed" d="M60 [\d.]+h0"/);
  expect(renderToString(<StaticChart chart={CHART} />)).not.toContain("mark-lone");
});
