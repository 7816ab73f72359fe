/** A chart as data: drawn twice, as SVG without JavaScript and as a canvas with it. */

import type { Heat } from "../../plimsoll/src/report/html-heat.ts";
import { amountTicks, linearBounds, linearTicks, logBounds, logTicks, tailText, tailTicks, timeTicks } from "./axis.ts";
import { clockText, shortNumber } from "./words.ts";

export interface Chart {
  readonly title: string;
  /** Whose figures these are, when not the whole profile's: the name of a task. */
  readonly subject?: string;
  /** What stands beside the title: unit and meaning of the axis. */
  readonly unit: string;
  /** The picture in one or two sentences, for those who do not see it. */
  readonly summary: string;
  readonly x: XAxis;
  readonly y: YAxis;
  readonly heightPx: number;
  readonly lines: readonly ChartLine[];
  /** Only so many values from the first are drawn; the rest is told to the cursor and in CSV. All when not given. */
  readonly drawnCount?: number;
  readonly limits: readonly ChartLimit[];
  readonly spans: readonly ChartSpan[];
  /** Vertical lines. */
  readonly markers?: readonly ChartMarker[];
  /** Drawn under the lines. */
  readonly heat?: Heat;
}

/** What the time charts of a profile share: the axis and what is set apart on it. */
export type ChartFrame = Pick<Chart, "x" | "spans">;

export interface XAxis {
  readonly kind: "time" | "tail" | "amount";
  /** Seconds on the phase clock, tails of a `LatencyCurve`, or amounts; rising, for points with repeats. */
  readonly values: readonly number[];
  readonly max: number;
  /** Name of the values in a copied table. */
  readonly heading: string;
}

export interface YAxis {
  readonly kind: "linear" | "log";
  /** Least and greatest value that must be visible. */
  readonly extent: readonly [number, number];
  readonly text: (value: number) => string;
  /** Of the values in a copied table; none of counts, and of what the target itself has named. */
  readonly unit: "ms" | "per_s" | "ratio" | undefined;
  /** Of a log axis: what lies below it, zero too, stands on its foot instead of being left out. */
  readonly hasFoot?: true;
}

export interface ChartLine {
  readonly label: string;
  /** Name of the colour: `--tone-<name>` in the style sheet. */
  readonly tone: string;
  readonly values: readonly (number | null)[];
  /** Solid unless said: colour alone need not tell lines apart. */
  readonly dash?: ChartDash;
  readonly isFilled?: boolean;
  readonly isThin?: boolean;
  /** Single points of this shape instead of a line. */
  readonly mark?: ChartMark;
}

export type ChartDash = "dashed" | "dotted";

/** Pixels drawn and left out by turns; the style sheet says the same. */
export const DASHES_PX: Readonly<Record<ChartDash, readonly [number, number]>> = { dashed: [5, 4], dotted: [2, 3] };

export type ChartMark = "dot" | "square" | "cross";

/** A place on the x axis, with a name where the chart is the one that shows why. */
export interface ChartMarker {
  readonly at: number;
  readonly label?: string;
  /** On top and left of the line; else at its foot, or under the names of the spans, and right of it. */
  readonly isOnTop?: boolean;
  readonly isUnderSpans?: true;
}

/** Baseline of a marker's name, from the top of the plot. */
export function markerFoot({ isOnTop, isUnderSpans }: ChartMarker, index: number, chart: Chart): number {
  if (isOnTop) return SPAN_LABEL_FOOT_PX;
  if (!isUnderSpans) return chart.heightPx - 6 - ROW_PX * (index % MARKER_ROWS);
  return SPAN_LABEL_FOOT_PX + (chart.spans.some((span) => isNamed(span, chart)) ? ROW_PX : 2);
}

const ROW_PX = 14;

/** Names of neighbouring markers stand on rows of their own, as many as the lowest chart has room for. */
export const MARKER_ROWS = 4;

/** From this share of the axis on there is no room for a name right of its marker: it stands left. */
export const MARKER_LEFT_FROM = 0.7;

/** A horizontal line that the values should keep to. */
export interface ChartLimit {
  readonly value: number;
  readonly label: string;
  /** The label stands at the beginning of the line, not at its end. */
  readonly isLabelFirst?: boolean;
}

/** A part of the x axis that is set apart. */
export interface ChartSpan {
  readonly kind: "warm-up" | "drain" | "interval" | "warning" | "error";
  readonly from: number;
  readonly to: number;
  readonly label: string;
}

/** Findings are a narrow bar on top, other spans a shade over the whole height. */
export function isFinding({ kind }: Pick<ChartSpan, "kind">): boolean {
  return kind === "warning" || kind === "error";
}

/** Height of that bar. */
export const FINDING_BAR_PX = 3;

/** Whether a span's name is written into the chart; an interval is named by its marker. */
export function isNamed(span: ChartSpan, { heightPx }: Chart): boolean {
  return !isFinding(span) && span.kind !== "interval" && heightPx >= SPAN_LABEL_FROM_PX;
}

/** Colour of a span: `--<name>` in the style sheet. */
export const SPAN_TONES = {
  "warm-up": "shade",
  drain: "shade",
  interval: "interval",
  warning: "inconclusive",
  error: "fail",
} as const satisfies Record<ChartSpan["kind"], string>;

/** What a legend says of the spans that have no name in the picture: one entry for all that look alike. */
export function namedInLegend(chart: Chart): readonly Pick<ChartSpan, "kind" | "label">[] {
  const unnamed = chart.spans.filter((span) => !isNamed(span, chart));
  const kinds = [...new Set(unnamed.map(({ kind }) => kind))];
  return kinds.map((kind) => {
    const labels = [...new Set(unnamed.filter((span) => span.kind === kind).map(spanWords))];
    return { kind, label: isFinding({ kind }) ? `${kind}: ${labels.join(", ")}` : labels.join(", ") };
  });
}

/** A finding is known by its code: `generator-degraded` → `generator degraded`. */
function spanWords(span: ChartSpan): string {
  return isFinding(span) ? span.label.toLowerCase().replace(/[-_]/g, " ") : span.label;
}

/** From this share of the axis on there is room for a span's name within it; else that of the drain ends at its end. */
const ROOMY_SHARE = 0.06;

/** Whether a span's name ends at the span's end instead of beginning at its start: at the edge it has no room. */
export function isNamedAtEnd({ kind, from, to }: ChartSpan, { x }: Chart): boolean {
  return kind === "drain" && (to - from) / x.max <= ROOMY_SHARE;
}

/** Baseline of a span's name, from the top of the plot. */
export const SPAN_LABEL_FOOT_PX = 12;

/** Lower charts have no room for the names of their spans. */
const SPAN_LABEL_FROM_PX = 150;

/** Pixels left of the plot for the labels of the value axis; right of it so that the last time label fits. */
export const GUTTER_LEFT_PX = 54;
export const GUTTER_RIGHT_PX = 14;

export function yBounds({ kind, extent }: YAxis): readonly [number, number] {
  return kind === "log" ? logBounds(extent[0], extent[1]) : linearBounds(extent[1]);
}

/** Where on the axis a value is drawn; null where it has no place. */
export function drawnValue(y: YAxis, value: number): number | null {
  if (y.kind === "linear") return value;
  if (y.hasFoot) return Math.max(value, yBounds(y)[0]);
  return value > 0 ? value : null;
}

export function yTicks(kind: YAxis["kind"], min: number, max: number): number[] {
  return kind === "log" ? logTicks(min, max) : linearTicks(min, max);
}

export function xTicks(kind: XAxis["kind"], min: number, max: number, count: number): number[] {
  if (kind === "tail") return tailTicks(min, max);
  return kind === "time" ? timeTicks(min, max, count) : amountTicks(min, max, count);
}

export function xText(kind: XAxis["kind"], value: number): string {
  if (kind === "tail") return tailText(value);
  return kind === "time" ? clockText(value * 1000) : shortNumber(value);
}

/** The values of a line that are drawn; null where nothing is. */
export function drawnValues({ y, drawnCount }: Chart, { values }: ChartLine): readonly (number | null)[] {
  return values.map((value, index) =>
    value === null || index >= (drawnCount ?? values.length) ? null : drawnValue(y, value),
  );
}

/** Places of the values that have no neighbour to be joined with. */
export function loneIndexes(values: readonly (number | null | undefined)[]): readonly number[] {
  const isGap = (index: number): boolean => (values[index] ?? null) === null;
  return values.flatMap((_, index) => (!isGap(index) && isGap(index - 1) && isGap(index + 1) ? [index] : []));
}

/** Position of a value on an axis, 0 at its lower end and 1 at its upper. */
export function ratioAlong(kind: YAxis["kind"], value: number, [low, high]: readonly [number, number]): number {
  if (kind === "linear") return (value - low) / (high - low);
  return value <= 0 ? 0 : Math.log(value / low) / Math.log(high / low);
}
