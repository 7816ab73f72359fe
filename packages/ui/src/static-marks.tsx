import type { JSX } from "preact";
import type { Chart, ChartLine } from "./chart.ts";

interface Props {
  readonly line: ChartLine;
  readonly x: Chart["x"];
  /** Pixels from the top of the plot. */
  readonly topOf: (value: number) => number;
}

/**
 * Points in the stretched drawing: lines of no length, whose round or square ends do not stretch with it. Squares need
 * some length, else they are missing on paper.
 */
export function StaticMarks({ line, x, topOf, span }: Props & { readonly span: number }): JSX.Element {
  const path = pointsOf(line, x)
    .map(([at, value]) => `M${tenth((span * at) / x.max)} ${topOf(value)}${line.mark === "square" ? "h.1" : "h0"}`)
    .join("");
  return <path class={`mark-${line.mark} tone-${line.tone}`} d={path} />;
}

/** Points that need a shape of their own, placed in the drawing that does not stretch. */
export function StaticCrosses({ line, x, topOf }: Props): JSX.Element {
  return (
    <>
      {pointsOf(line, x).map(([at, value], index) => (
        <svg key={index} class="cross" x={`${tenth((100 * at) / x.max)}%`} y={topOf(value)} aria-hidden="true">
          <path class={`line tone-${line.tone}`} d="M-4-4L4 4M-4 4L4-4" />
        </svg>
      ))}
    </>
  );
}

/** The known values with their places, in the units of the axes. */
export function pointsOf({ values }: ChartLine, x: Chart["x"]): (readonly [number, number])[] {
  return values.flatMap((value, index) => (value === null ? [] : [[x.values[index]!, value] as const]));
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
