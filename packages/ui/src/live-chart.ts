/** The interactive drawing of a chart on a canvas (uPlot): shared cursor, zoom by dragging, values under the cursor. */
import uPlot from "uplot";
import {
  type Chart,
  DASHES_PX,
  drawnValues,
  GUTTER_LEFT_PX,
  GUTTER_RIGHT_PX,
  loneIndexes,
  xText,
  xTicks,
  yBounds,
  yTicks,
} from "./chart.ts";
import { heatHooks } from "./live-heat.ts";
import { limitHooks } from "./live-limits.ts";
import { markHooks } from "./live-marks.ts";
import type { Tone } from "./tone.ts";
import type { TimeRange } from "./zoom.ts";

export interface LiveChart {
  readonly resize: (widthPx: number) => void;
  readonly show: (range: TimeRange | undefined) => void;
  /** Moves the cursor by so many values, from its place or the middle. */
  readonly step: (count: number) => void;
  /** Draws newer values; false when the chart is of another make, and must be mounted anew. */
  readonly update: (chart: Chart) => boolean;
  readonly destroy: () => void;
}

export interface LiveChartWishes {
  readonly widthPx: number;
  /** Charts of one key share their cursor; none for a chart of its own. */
  readonly syncKey: string | undefined;
  readonly onCursor: (cursor: CursorPlace | undefined) => void;
  readonly onRange: (range: TimeRange | undefined) => void;
}

/** Where the cursor stands: the x value, its index, and the y value at the pointer when it is over this very chart. */
export interface CursorPlace {
  readonly x: number;
  readonly index: number;
  readonly y: number | undefined;
}

/** Draws the chart into `host`; colours are taken from the style sheet at this moment. */
export function mountLiveChart(host: HTMLElement, chart: Chart, wishes: LiveChartWishes): LiveChart {
  const state: LiveState = { chart, range: undefined };
  const plot = new uPlot(optionsOf(state, wishes, toneReader(host)), dataOf(chart), host);
  const stopCancelling = cancelOnEscape(plot);
  const show = (range: TimeRange | undefined): void => {
    state.range = range;
    const { max } = state.chart.x;
    plot.setScale("x", { min: Math.min(range?.from ?? 0, max), max: Math.min(range?.to ?? max, max) });
  };
  return {
    resize: (widthPx) => plot.setSize({ width: widthPx, height: outerHeightOf(chart) }),
    show,
    step: (count) => stepCursor(plot, count),
    update: (newer) => {
      if (makeOf(newer) !== makeOf(state.chart)) return false;
      state.chart = newer;
      plot.batch(() => {
        plot.setData(dataOf(newer), false);
        show(state.range);
      });
      plot.redraw(true, true);
      return true;
    },
    destroy: () => {
      stopCancelling();
      plot.destroy();
    },
  };
}

/** What a drawing shows at present. */
interface LiveState {
  chart: Chart;
  range: TimeRange | undefined;
}

const PAD_TOP_PX = 8;
/** So far below the plot that the first of them clears the lowest label beside it. */
const X_LABELS_PX = 24;

function dataOf(chart: Chart): uPlot.AlignedData {
  return [[...chart.x.values], ...chart.lines.map((line) => [...drawnValues(chart, line)])];
}

/** Equal for charts that differ in their values alone. */
function makeOf({ x, y, heightPx, lines, heat }: Chart): string {
  return JSON.stringify([
    x.kind,
    y.kind,
    heightPx,
    heat === undefined,
    lines.map(({ label, tone, dash, isFilled, isThin, mark }) => [label, tone, dash, isFilled, isThin, mark]),
  ]);
}

function toneReader(host: HTMLElement): Tone {
  const style = getComputedStyle(host);
  return (name) => style.getPropertyValue(`--${name}`).trim();
}

function outerHeightOf({ heightPx }: Chart): number {
  return heightPx + PAD_TOP_PX + X_LABELS_PX;
}

function optionsOf(state: LiveState, wishes: LiveChartWishes, tone: Tone): uPlot.Options {
  const { chart } = state;
  const { x, y } = chart;
  return {
    width: wishes.widthPx,
    height: outerHeightOf(chart),
    padding: [PAD_TOP_PX, GUTTER_RIGHT_PX, 0, 0],
    legend: { show: false },
    scales: {
      x: {
        time: false,
        range: (_, min, max) => (min === null ? [0, state.chart.x.max] : [min, max]),
        min: 0,
        max: x.max,
      },
      y: { distr: y.kind === "log" ? 3 : 1, range: () => [...yBounds(state.chart.y)] },
    },
    axes: [
      {
        stroke: tone("faint"),
        font: "11px system-ui, sans-serif",
        size: X_LABELS_PX,
        gap: 8,
        grid: { show: false },
        ticks: { show: false },
        splits: (u, _, min, max) => xTicks(x.kind, min, max, Math.max(2, Math.floor(u.width / 90))),
        values: (_, ticks) => ticks.map((tick) => xText(x.kind, tick)),
      },
      {
        stroke: tone("faint"),
        font: "11px system-ui, sans-serif",
        size: GUTTER_LEFT_PX,
        gap: 6,
        grid: { stroke: tone("grid"), width: 1 },
        ticks: { show: false },
        splits: (_, __, min, max) => yTicks(y.kind, min, max),
        filter: (_, ticks) => ticks,
        values: (_, ticks) => ticks.map((tick) => y.text(tick)),
      },
    ],
    series: [{}, ...chart.lines.map((line) => seriesOf(line, tone))],
    cursor: cursorOf(chart, wishes),
    hooks: mergedHooks(
      limitHooks(() => state.chart, tone),
      heatHooks(() => state.chart.heat, tone),
      markHooks(() => state.chart, tone),
      {
        setCursor: [(u) => wishes.onCursor(placeOf(u))],
        setSelect: [(u) => selectRange(u, state, wishes)],
      },
    ),
  };
}

function seriesOf(line: Chart["lines"][number], tone: Tone): uPlot.Series {
  return {
    stroke: tone(`tone-${line.tone}`),
    width: line.isThin ? 1 : 1.6,
    ...(line.dash === undefined ? {} : { dash: [...DASHES_PX[line.dash]] }),
    ...(line.isFilled ? { fill: tone(`fill-${line.tone}`) } : {}),
    spanGaps: false,
    ...(line.mark === undefined
      ? { points: { show: false, filter: lonePoints, size: LONE_PX, fill: tone(`tone-${line.tone}`) } }
      : { points: { show: false }, paths: () => null }),
  };
}

/** A value without a neighbour would not show: lines are drawn between two. */
function lonePoints(u: uPlot, series: number): number[] | null {
  const lone = loneIndexes(Array.from<number | null | undefined>(u.data[series] ?? []));
  return lone.length === 0 ? null : [...lone];
}

const LONE_PX = 4;

function cursorOf(chart: Chart, { syncKey, onRange }: LiveChartWishes): uPlot.Cursor {
  return {
    y: chart.heat !== undefined,
    points: { size: 6, width: 1.5 },
    drag: { x: chart.x.kind === "time", y: false, setScale: false },
    ...(syncKey === undefined ? {} : { sync: { key: syncKey, setSeries: false, scales: ["x", null] } }),
    bind: {
      dblclick: () => () => {
        onRange(undefined);
        return null;
      },
    },
  };
}

/** So far must be dragged to be no click with an unsteady hand, and so long is the shortest time that is shown. */
const LEAST_DRAG_PX = 8;
const LEAST_RANGE_S = 1;

function selectRange(u: uPlot, { chart }: LiveState, { onRange }: LiveChartWishes): void {
  const { left, width } = u.select;
  u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  if (isCancelling || width < LEAST_DRAG_PX) return;
  const [from, to] = [u.posToVal(left, "x"), u.posToVal(left + width, "x")];
  const margin = Math.max(0, (LEAST_RANGE_S - (to - from)) / 2);
  const start = Math.max(0, Math.min(from - margin, chart.x.max - LEAST_RANGE_S));
  onRange({ from: start, to: Math.max(to + margin, start + LEAST_RANGE_S) });
}

/** A drag is being ended that shall choose nothing, in whichever of the charts that share it. */
let isCancelling = false;

/** While the pointer drags, Escape ends the drag without a choice, wherever the keyboard's place is. */
function cancelOnEscape(plot: uPlot): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || plot.select.width === 0) return;
    event.stopPropagation();
    isCancelling = true;
    // As if the button were let go: uPlot has no other end of a drag.
    document.dispatchEvent(new MouseEvent("mouseup"));
    isCancelling = false;
  };
  document.addEventListener("keydown", onKey, { capture: true });
  return () => document.removeEventListener("keydown", onKey, { capture: true });
}

function placeOf(u: uPlot): CursorPlace | undefined {
  const { idx, left = -1, top = -1 } = u.cursor;
  if (left < 0 || idx === null || idx === undefined) return undefined;
  return { x: u.data[0][idx] ?? 0, index: idx, y: top < 0 ? undefined : u.posToVal(top, "y") };
}

function stepCursor(plot: uPlot, count: number): void {
  const xs = plot.data[0];
  const { idx, left = -1 } = plot.cursor;
  const from = left < 0 || idx === null || idx === undefined ? Math.floor(xs.length / 2) : idx + count;
  const index = Math.min(xs.length - 1, Math.max(0, from));
  // As the mouse would: uPlot tells the other charts of a group only of events.
  const area = plot.over.getBoundingClientRect();
  const clientX = area.left + plot.valToPos(xs[index] ?? 0, "x");
  plot.over.dispatchEvent(new MouseEvent("mousemove", { clientX, clientY: area.top + area.height / 2 }));
}

function mergedHooks(...all: readonly uPlot.Hooks.Arrays[]): uPlot.Hooks.Arrays {
  const merged: uPlot.Hooks.Arrays = {};
  for (const hooks of all) {
    if (hooks.drawAxes) merged.drawAxes = [...(merged.drawAxes ?? []), ...hooks.drawAxes];
    if (hooks.draw) merged.draw = [...(merged.draw ?? []), ...hooks.draw];
    if (hooks.setCursor) merged.setCursor = [...(merged.setCursor ?? []), ...hooks.setCursor];
    if (hooks.setSelect) merged.setSelect = [...(merged.setSelect ?? []), ...hooks.setSelect];
  }
  return merged;
}
