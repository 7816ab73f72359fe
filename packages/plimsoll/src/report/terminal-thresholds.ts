/** The table of thresholds: what was asked, what was seen, and why it was judged so. */

import { formatCount, formatInterval, formatLimit, formatQuantity, NO_VALUE } from "../base/format-number.ts";
import type { ThresholdJudgement } from "../verdict/judgement.ts";
import { paintOfVerdict, type Style, VERDICT_MARK } from "./style.ts";
import { type Column, layoutTable, wrapText } from "./text-table.ts";

const COLUMNS: readonly Column[] = [
  { title: "Verdict" },
  { title: "threshold", minWidth: 22, maxWidth: 48 },
  { title: "profile", minWidth: 16, maxWidth: 24 },
  { title: "observed", align: "right" },
  { title: "interval", align: "right", dropOrder: 1 },
  { title: "limit", align: "right", dropOrder: 2 },
  { title: "requests", align: "right", dropOrder: 3 },
];

/** Table, then one sentence for each threshold that did not pass. */
export function thresholdsSection(thresholds: readonly ThresholdJudgement[], style: Style, width: number): string[] {
  if (thresholds.length === 0) return [];
  const rows = thresholds.map((judged) => thresholdRow(judged, style));
  const whys = thresholds
    .filter((judged) => judged.verdict !== "pass")
    .flatMap((judged) => {
      const paint = paintOfVerdict(style, judged.verdict);
      const [first = "", ...more] = wrapText(`${judged.profile}, ${judged.expr}: ${judged.why}`, width - 4);
      return [`  ${paint(VERDICT_MARK[judged.verdict])} ${first}`, ...more.map((line) => `    ${line}`)];
    });
  return [...layoutTable(COLUMNS, rows, { width, titlePaint: style.dim }), ...(whys.length > 0 ? ["", ...whys] : [])];
}

function thresholdRow({ verdict, expr, profile, observed, limit, unit }: ThresholdJudgement, style: Style) {
  return [
    { text: `${VERDICT_MARK[verdict]} ${verdict}`, paint: paintOfVerdict(style, verdict) },
    expr,
    profile,
    { text: formatQuantity(observed?.value, unit), paint: style.bold },
    formatInterval(observed?.low, observed?.high, unit),
    formatLimit(limit, unit),
    observed === undefined ? NO_VALUE : formatCount(observed.n),
  ];
}
