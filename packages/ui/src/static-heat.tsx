import type { JSX } from "preact";
import type { Heat } from "../../plimsoll/src/report/html-heat.ts";
import { type Chart, ratioAlong } from "./chart.ts";
import { eachHeatCell, HEAT_LEVELS, heatLevelOf, heatRowMs } from "./heat-levels.ts";

interface Props {
  readonly heat: Heat;
  readonly chart: Chart;
  readonly bounds: readonly [number, number];
}

/** The heatmap's cells: one path a shade, because thousands of rectangles would double the file. */
export function StaticHeat({ heat, chart: { heightPx, x, y }, bounds }: Props): JSX.Element {
  const paths = Array.from({ length: HEAT_LEVELS }, () => "");
  const columnsWide = (x.max * 1000) / heat.columnMs;
  const topOf = (ms: number): number => Math.round(heightPx * (1 - ratioAlong(y.kind, ms, bounds)) * 10) / 10;
  eachHeatCell(heat, (column, row, count) => {
    const [low, high] = heatRowMs(heat, row);
    const top = topOf(high);
    const tall = Math.round((topOf(low) - top) * 10) / 10;
    paths[heatLevelOf(count, heat.maxCount)] += `M${column} ${top}h1v${tall}h-1z`;
  });
  return (
    <svg
      aria-hidden="true"
      viewBox={`0 0 ${columnsWide} ${heightPx}`}
      preserveAspectRatio="none"
      width="100%"
      height={heightPx}
    >
      {paths.map((path, level) => (
        <path key={level} class={`heat heat-${level}`} d={path} />
      ))}
    </svg>
  );
}
