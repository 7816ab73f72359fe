import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ERROR_KINDS } from "../packages/plimsoll/src/base/outcome.ts";
import { reportDataOf } from "../packages/plimsoll/src/report/html-data.ts";
import { sampleCapacity } from "../packages/plimsoll/src/report/html-sample.ts";
import { sampleReport } from "../packages/plimsoll/src/report/report-sample.ts";
import { capacityChart } from "../packages/ui/src/capacity-chart.ts";
import type { Chart, ChartLine } from "../packages/ui/src/chart.ts";
import { DASHES_PX } from "../packages/ui/src/chart.ts";
import { subjectOf } from "../packages/ui/src/chart-subject.ts";
import { curveChartOf } from "../packages/ui/src/curve-chart.ts";
import { HEAT_LEVELS } from "../packages/ui/src/heat-levels.ts";
import { loadLatencyChart } from "../packages/ui/src/latency-charts.ts";
import { timeChartsOf } from "../packages/ui/src/profile-charts.ts";
import { contrastOf, distanceOf, lightnessOf, VISIONS } from "./support/colour-vision.ts";

/** WCAG 2.1, 1.4.11: graphics that are needed to understand. */
const LEAST_CONTRAST = 3;
/** Six times what is just seen, for a line is thin. */
const LEAST_DISTANCE = 15;

const css = readFileSync(join(import.meta.dirname, "../packages/ui/src/report.css"), "utf8");

type Tokens = Readonly<Record<string, string>>;

function tokensIn(text: string): Tokens {
  const [block = ""] = text.split(/^ *\}$/m);
  return Object.fromEntries(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]),
  );
}

const [first = "", second = ""] = css.split("@media screen and (prefers-color-scheme: dark)");
const light = tokensIn(first);
const THEMES = [
  ["light", light],
  ["dark", { ...light, ...tokensIn(second) }],
] as const;

/** Every chart of a run in which everything happens, and of a search. */
function charts(): readonly Chart[] {
  const { profiles, judgement } = reportDataOf(sampleReport());
  return [
    ...profiles.flatMap((sample) => {
      const { atMs } = sample.series;
      const some = atMs.map(() => 3);
      const errors = ERROR_KINDS.map((kind) => ({ kind, perSec: some }));
      const profile = { ...sample, series: { ...sample.series, planned: some, dropped: some, errors } };
      const subject = subjectOf(profile, undefined)!;
      return [
        ...timeChartsOf(profile, subject, { judgement, observations: undefined }),
        curveChartOf(subject)!,
        loadLatencyChart(profile, subject, { range: undefined, limits: [] })!,
      ];
    }),
    capacityChart(sampleCapacity())!,
  ];
}

function pairsOf(lines: readonly ChartLine[]): readonly (readonly [ChartLine, ChartLine])[] {
  return lines.flatMap((one, index) => lines.slice(index + 1).map((other) => [one, other] as const));
}

test("the charts hold lines of every kind", () => {
  const lines = charts().flatMap((chart) => chart.lines);
  const tones = new Set(lines.map(({ tone }) => tone));
  const written = Object.keys(light).filter((name) => name.startsWith("tone-"));
  expect([...tones].map((tone) => `tone-${tone}`).sort()).toEqual(written.sort());
});

describe.each(THEMES)("in the %s theme", (_, tokens) => {
  test.each(Object.keys(light).filter((name) => /^(?:tone-|limit|accent|pass|fail|inconclusive)/.test(name)))(
    "--%s stands out from the paper and from what is shaded",
    (name) => {
      for (const ground of ["paper", "shade"])
        expect(contrastOf(tokens[name]!, tokens[ground]!)).toBeGreaterThanOrEqual(LEAST_CONTRAST);
    },
  );

  test.each(VISIONS)("no two lines of a chart look alike with %s colour vision", (vision) => {
    const alike = charts().flatMap(({ title, lines }) =>
      pairsOf(lines)
        .filter(([one, other]) => one.dash === other.dash && one.mark === other.mark)
        .map(([one, other]) => {
          const distance = distanceOf(tokens[`tone-${one.tone}`]!, tokens[`tone-${other.tone}`]!, vision);
          return { title, one: one.label, other: other.label, distance };
        })
        .filter(({ distance }) => distance < LEAST_DISTANCE),
    );
    expect(alike).toEqual([]);
  });

  test.each(VISIONS)("the shades of the heatmap go one way with %s colour vision", (vision) => {
    const shades = Array.from({ length: HEAT_LEVELS }, (_, level) => tokens[`heat-${level}`]!);
    const steps = [tokens["paper"]!, ...shades].map((shade) => lightnessOf(shade, vision));
    const rises = steps.slice(1).map((lightness, index) => lightness - steps[index]!);
    expect(new Set(rises.map(Math.sign)).size).toBe(1);
    expect(Math.min(...rises.map(Math.abs))).toBeGreaterThan(4);
  });
});

test("dashes are the same in both drawings", () => {
  for (const [dash, [drawn, left]] of Object.entries(DASHES_PX))
    expect(css).toContain(`.${dash} {\n  stroke-dasharray: ${drawn} ${left};\n}`);
});
