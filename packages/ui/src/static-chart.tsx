/** A chart without JavaScript and on paper: SVG whose lines stretch with the page while its text does not. */
import type { JSX } from "preact";
import {
  type Chart,
  type ChartLine,
  type ChartSpan,
  drawnValue,
  drawnValues,
  FINDING_BAR_PX,
  isFinding,
  isNamed,
  isNamedAtEnd,
  loneIndexes,
  MARKER_LEFT_FROM,
  markerFoot,
  ratioAlong,
  SPAN_LABEL_FOOT_PX,
  xText,
  xTicks,
  yBounds,
  yTicks,
} from "./chart.ts";
import { limitLabelFeet } from "./limit-labels.ts";
import { StaticHeat } from "./static-heat.tsx";
import { StaticCrosses, StaticMarks } from "./static-marks.tsx";

/** Width of the drawing's own coordinates; the page stretches it. */
const SPAN = 1000;
const LABEL_COUNT = 8;

export function StaticChart({ chart }: { readonly chart: Chart }): JSX.Element {
  const { heightPx, x, y } = chart;
  const bounds = yBounds(y);
  const topOf = (value: number): number =>
    tenth(heightPx * (1 - clamp(ratioAlong(y.kind, drawnValue(y, value) ?? 0, bounds))));
  const ticks = yTicks(y.kind, bounds[0], bounds[1]);
  const limitFeet = limitLabelFeet(chart);
  return (
    <div class="static">
      <svg class="labels-y" width="54" height={heightPx} aria-hidden="true">
        {ticks.map((tick) => (
          <text key={tick} x="46" y={topOf(tick)} dy="0.32em" text-anchor="end">
            {y.text(tick)}
          </text>
        ))}
      </svg>
      <svg
        class="plot"
        width="100%"
        height={heightPx}
        role="img"
        aria-label={`${chart.title}${chart.subject === undefined ? "" : ` of ${chart.subject}`}. ${chart.summary}`}
      >
        <StaticSpans chart={chart} />
        {ticks.map((tick) => (
          <line key={tick} class="grid" x1="0" x2="100%" y1={topOf(tick)} y2={topOf(tick)} />
        ))}
        {chart.heat === undefined ? undefined : <StaticHeat heat={chart.heat} chart={chart} bounds={bounds} />}
        <svg
          aria-hidden="true"
          viewBox={`0 0 ${SPAN} ${heightPx}`}
          preserveAspectRatio="none"
          width="100%"
          height={heightPx}
        >
          {chart.lines.map((line) =>
            line.mark === "cross" ? undefined : line.mark === undefined ? (
              <StaticLine key={line.label} line={line} chart={chart} topOf={topOf} />
            ) : (
              <StaticMarks key={line.label} line={line} x={x} topOf={topOf} span={SPAN} />
            ),
          )}
        </svg>
        {chart.lines.map((line) =>
          line.mark === "cross" ? <StaticCrosses key={line.label} line={line} x={x} topOf={topOf} /> : undefined,
        )}
        <StaticMarkers chart={chart} />
        {chart.limits.map(({ value, label }) => (
          <line key={label} class="limit" x1="0" x2="100%" y1={topOf(value)} y2={topOf(value)} />
        ))}
        {chart.limits.map(({ label, isLabelFirst }, index) => (
          <text
            key={label}
            class="limit-label"
            x={isLabelFirst ? "0" : "100%"}
            dx={isLabelFirst ? 4 : -4}
            y={limitFeet[index]}
            text-anchor={isLabelFirst ? "start" : "end"}
          >
            {label}
          </text>
        ))}
      </svg>
      <svg class="labels-x" width="100%" height="24" aria-hidden="true">
        {xTicks(x.kind, 0, x.max, LABEL_COUNT).map((tick) => (
          <text key={tick} x={`${tenth((100 * tick) / x.max)}%`} y="18" text-anchor="middle">
            {xText(x.kind, tick)}
          </text>
        ))}
      </svg>
    </div>
  );
}

function StaticSpans({ chart }: { readonly chart: Chart }): JSX.Element {
  const { spans, x, heightPx } = chart;
  return (
    <>
      {spans.map((span) => {
        const { kind, from, to, label } = span;
        const left = `${tenth((100 * from) / x.max)}%`;
        const width = `${tenth((100 * (to - from)) / x.max)}%`;
        const tall = isFinding(span) ? FINDING_BAR_PX : heightPx;
        return (
          <g key={`${kind}${from}${label}`}>
            <rect class={`span-${kind}`} x={left} width={width} y="0" height={tall} />
            {isNamed(span, chart) ? <SpanName label={label} span={span} chart={chart} /> : undefined}
          </g>
        );
      })}
    </>
  );
}

function SpanName({
  label,
  span,
  chart,
}: {
  readonly label: string;
  readonly span: ChartSpan;
  readonly chart: Chart;
}): JSX.Element {
  const isAtEnd = isNamedAtEnd(span, chart);
  const at = `${tenth((100 * (isAtEnd ? span.to : span.from)) / chart.x.max)}%`;
  return (
    <text x={at} dx={isAtEnd ? -4 : 4} y={SPAN_LABEL_FOOT_PX} text-anchor={isAtEnd ? "end" : "start"}>
      {label}
    </text>
  );
}

function StaticMarkers({ chart }: { readonly chart: Chart }): JSX.Element {
  const { markers = [], x, heightPx } = chart;
  return (
    <>
      {markers.map((marker, index) => {
        const { at, label, isOnTop } = marker;
        const left = `${tenth((100 * at) / x.max)}%`;
        const isToTheLeft = isOnTop || at > x.max * MARKER_LEFT_FROM;
        const side = isToTheLeft ? ({ dx: "-4", "text-anchor": "end" } as const) : { dx: "4" };
        const y = markerFoot(marker, index, chart);
        return (
          <g key={`${at} ${label ?? ""}`}>
            <line class="marker" x1={left} x2={left} y2={heightPx} />
            {label === undefined ? undefined : (
              <text class="marker-label" x={left} y={y} {...side}>
                {label}
              </text>
            )}
          </g>
        );
      })}
    </>
  );
}

interface StaticLineProps {
  readonly line: ChartLine;
  readonly chart: Chart;
  readonly topOf: (value: number) => number;
}

function StaticLine({ line, chart, topOf }: StaticLineProps): JSX.Element {
  const { x, heightPx } = chart;
  const values = drawnValues(chart, line);
  const pointOf = (index: number): Point => [tenth((SPAN * x.values[index]!) / x.max), topOf(values[index] ?? 0)];
  const parts = unbroken(values).map((indexes) => indexes.map(pointOf));
  const lone = loneIndexes(values)
    .map(pointOf)
    .map(([left, top]) => `M${left} ${top}h0`);
  const path = parts.map((points) => `M${points.map(([left, top]) => `${left} ${top}`).join("L")}`).join("");
  const area = parts
    .map((points) => {
      const [first, last] = [points[0]!, points.at(-1)!];
      return `M${first[0]} ${heightPx}L${points.map(([left, top]) => `${left} ${top}`).join("L")}L${last[0]} ${heightPx}Z`;
    })
    .join("");
  const style = `line tone-${line.tone}${line.dash === undefined ? "" : ` ${line.dash}`}${line.isThin ? " thin" : ""}`;
  return (
    <>
      {line.isFilled ? <path class={`area tone-${line.tone}`} d={area} /> : undefined}
      <path class={style} d={path} />
      {lone.length === 0 ? undefined : <path class={`mark-lone tone-${line.tone}`} d={lone.join("")} />}
    </>
  );
}

/** Runs of at least two neighbours that are known. */
function unbroken(values: readonly (number | null)[]): readonly (readonly number[])[] {
  const parts: number[][] = [];
  values.forEach((value, index) => {
    if (value === null) return;
    if ((values[index - 1] ?? null) === null) parts.push([]);
    parts.at(-1)?.push(index);
  });
  return parts.filter((part) => part.length > 1);
}

type Point = readonly [number, number];

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}

function clamp(ratio: number): number {
  return Math.min(1.2, Math.max(-0.2, ratio));
}
