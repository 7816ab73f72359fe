/** The table of thresholds: what was asked, what was seen, and why it was judged so. */

import {
  formatCount,
  formatInterval,
  formatLimit,
  formatQuantity,
  formatRatio,
  NO_VALUE,
} from "../base/format-number.ts";
import type { Observed, ThresholdJudgement } from "../verdict/judgement.ts";
import { verdictTimesNote } from "./percentile-notes.ts";
import { paintOfVerdict, type Style, VERDICT_MARK } from "./style.ts";
import { markedLines } from "./terminal-layout.ts";
import { type Column, layoutTable, wrapText } from "./text-table.ts";

const COLUMNS: readonly Column[] = [
  { title: "Verdict" },
  { title: "threshold", minWidth: 22, maxWidth: 48 },
  { title: "profile", minWidth: 16, maxWidth: 24 },
  { title: "observed", align: "right" },
  { title: "interval", align: "right", dropOrder: 2 },
  { title: "limit", align: "right", dropOrder: 3 },
  { title: "requests", align: "right", dropOrder: 4 },
  { title: "asked by", dropOrder: 1 },
];

/** Cells from which on there is room for more than figures. */
const ROOMY = 100;

/** Table, then one sentence for each threshold that did not pass. */
export function thresholdsSection(thresholds: readonly ThresholdJudgement[], style: Style, width: number): string[] {
  if (thresholds.length === 0) return [];
  const isMixed = new Set(thresholds.map(({ isAdded }) => isAdded)).size > 1;
  const rows = thresholds.map((judged) => [
    ...thresholdRow(judged, style, width < ROOMY),
    isMixed ? (judged.isAdded === true ? "--threshold" : "the run itself") : "",
  ]);
  const columns = isMixed ? COLUMNS : COLUMNS.slice(0, -1);
  const whys = thresholds
    .filter((judged) => judged.verdict !== "pass")
    .flatMap((judged) => {
      const mark = paintOfVerdict(style, judged.verdict)(VERDICT_MARK[judged.verdict]);
      return markedLines(mark, `${judged.profile}, ${judged.expr}: ${judged.why}`, width);
    });
  const note = verdictTimesNote(thresholds);
  return [
    ...layoutTable(columns, rows, { width, titlePaint: style.dim }),
    ...(note === undefined ? [] : wrapText(note, width).map(style.dim)),
    ...(whys.length > 0 ? ["", ...whys] : []),
  ];
}

/** `412 ms`; `> 500 ms, 7 % failed` where the quantile lies among the failures, `> 500 ms` in brief. */
export function observedText(
  observed: Observed | undefined,
  unit: ThresholdJudgement["unit"],
  isBrief = false,
): string {
  const value = formatQuantity(observed?.value, unit);
  if (observed?.isBeyond !== true) return value;
  const failed = isBrief || observed.failedRatio === undefined ? "" : `, ${formatRatio(observed.failedRatio)} failed`;
  return `> ${value}${failed}`;
}

function thresholdRow(judged: ThresholdJudgement, style: Style, isNarrow: boolean) {
  const { verdict, expr, profile, observed, limit, unit } = judged;
  return [
    { text: `${VERDICT_MARK[verdict]} ${verdict}`, paint: paintOfVerdict(style, verdict) },
    expr,
    profile,
    { text: observedText(observed, unit, isNarrow), paint: style.bold },
    formatInterval(observed?.low, observed?.high, unit),
    formatLimit(limit, unit),
    observed === undefined ? NO_VALUE : formatCount(observed.n),
  ];
}
