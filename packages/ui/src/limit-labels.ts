import {
  type Chart,
  drawnValue,
  FINDING_BAR_PX,
  isFinding,
  isNamed,
  isNamedAtEnd,
  ratioAlong,
  SPAN_LABEL_FOOT_PX,
  yBounds,
} from "./chart.ts";

/** Least distance of two baselines at the size in which charts are written. */
const LINE_PX = 13;
const ABOVE_PX = 5;
/** Higher up a name would be cut off. */
const LEAST_FOOT_PX = 3;

/**
 * Baselines (pixels from the top of the plot) of the names of a chart's limits, in their order: above their lines where
 * there is room, else below, and none over another or over the name of the drain.
 */
export function limitLabelFeet(chart: Chart): readonly number[] {
  const { limits, heightPx, y } = chart;
  const bounds = yBounds(y);
  const lineOf = (value: number): number => heightPx * (1 - ratioAlong(y.kind, drawnValue(y, value) ?? 0, bounds));
  const feet: number[] = [];
  const isDrainNamed = chart.spans.some((span) => isNamed(span, chart) && isNamedAtEnd(span, chart));
  // Names may reach over the top of the plot, but not over the bar of the findings.
  const free = chart.spans.some(isFinding) ? FINDING_BAR_PX : LEAST_FOOT_PX - LINE_PX;
  const lowest = { start: free, end: isDrainNamed ? SPAN_LABEL_FOOT_PX : free };
  const fromTop = limits
    .map(
      ({ value, isLabelFirst }, index) =>
        ({ top: lineOf(value), index, side: isLabelFirst ? "start" : "end" }) as const,
    )
    .sort((a, b) => a.top - b.top);
  for (const { top, index, side } of fromTop) {
    const above = top - ABOVE_PX;
    const foot = above >= lowest[side] + LINE_PX ? above : Math.max(top, lowest[side]) + LINE_PX;
    lowest[side] = foot;
    feet[index] = Math.round(10 * foot) / 10;
  }
  return feet;
}
