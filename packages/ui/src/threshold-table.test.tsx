import { renderToString } from "preact-render-to-string";
import { describe, expect, test } from "vitest";
import type { ThresholdJudgement } from "../../plimsoll/src/verdict/judgement.ts";
import { ThresholdTable } from "./threshold-table.tsx";

const JUDGED: ThresholdJudgement = {
  expr: "p95 < 500ms",
  profile: "mixed",
  task: "Aggregated",
  verdict: "fail",
  why: "",
  limit: 500,
  unit: "ms",
  observed: { value: 420, low: 400, high: 450, n: 2185, fromMs: 6000, toMs: 60_000 },
};
const JUDGED_FROM = "Times here: of the judged part";

function html(observed: Partial<ThresholdJudgement["observed"]>, more: Partial<ThresholdJudgement> = {}): string {
  const judged = { ...JUDGED, ...more, observed: { ...JUDGED.observed!, ...observed } };
  return renderToString(<ThresholdTable thresholds={[judged]} />).replaceAll(/[\u00a0\u202f]/g, " ");
}

/** From where to where the interval is drawn, and whether an arrow says that it goes on to the right. */
function drawn(page: string): readonly [string | undefined, string | undefined, boolean] {
  const [, from, to] = /<path class="interval" d="M([\d.]+) 11H([\d.]+)/.exec(page) ?? [];
  return [from, to, page.includes('class="beyond"')];
}

describe("the table of thresholds", () => {
  test("says so where the quantile lies among the failures, as the terminal does", () => {
    const page = html({ value: 620, low: 580, high: undefined, isBeyond: true, failedRatio: 0.0636 });
    expect(page).toContain("> 620 ms, 6.36 % failed");
    expect(page).toContain("≥ 580 ms");
    expect(html({})).toMatch(/>420 ms /);
  });

  test("a known interval is drawn from end to end, an open one runs to the edge with an arrow", () => {
    expect(drawn(html({}))).toEqual(["66", "74.3", false]);
    expect(drawn(html({ high: undefined }))).toEqual(["66", "127", true]);
    // Nothing is less than none.
    expect(drawn(html({ low: undefined }))).toEqual(["3", "74.3", false]);
    expect(drawn(html({ low: undefined, high: undefined }))).toEqual([undefined, undefined, false]);
    expect(drawn(html({ value: 500, low: undefined, high: undefined, isBeyond: true }))).toEqual(["82.5", "127", true]);
  });

  test("the value leaves room for the arrow", () => {
    const [, x] = /<circle class="observed" cx="([\d.]+)"/.exec(html({ value: 9e9, high: undefined })) ?? [];
    expect(Number(x)).toBeLessThan(122);
  });

  test("tells what its times are of, where there are any with an interval", () => {
    expect(html({})).toContain(JUDGED_FROM);
    expect(html({ low: undefined, high: undefined })).not.toContain(JUDGED_FROM);
    expect(html({}, { unit: "ratio" })).not.toContain(JUDGED_FROM);
  });
});
