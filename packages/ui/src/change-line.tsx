import type { JSX } from "preact";
import type { ComparedMetric } from "../../plimsoll/src/report/html-comparison.ts";
import { Whisker } from "./whisker.tsx";

const WIDTH = 132;
const HEIGHT = 22;
const MIDDLE = HEIGHT / 2;

interface Props {
  readonly metric: ComparedMetric;
  /** The change at either end of the drawing. */
  readonly reachRatio: number;
}

/** A change with its interval, left of the bar where it fell and right of it where it grew. */
export function ChangeLine({ metric, reachRatio }: Props): JSX.Element {
  const { value, low, high } = shownChange(metric);
  const at = (ratio: number): number => {
    const part = Math.min(1, Math.max(-1, ratio / reachRatio));
    return Math.round((WIDTH / 2 + part * (WIDTH / 2 - 6)) * 10) / 10;
  };
  return (
    <svg class="load-line" width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <path class="track" d={`M0 ${MIDDLE}H${WIDTH}`} />
      <path class="bound" d={`M${WIDTH / 2} 2V${HEIGHT - 2}`} />
      {value === undefined ? undefined : (
        <g class={`is-${metric.verdict}`}>
          <Whisker value={value} low={low} high={high} axis={[-reachRatio, reachRatio]} at={at} middle={MIDDLE} />
        </g>
      )}
    </svg>
  );
}

/** What all changes of a table fit into, at least 10 %. */
export function reachOf(metrics: readonly ComparedMetric[]): number {
  const ends = metrics.map(shownChange).flatMap(({ value, low, high }) => [value, low, high]);
  return Math.min(1, Math.max(0.1, ...ends.map((ratio) => Math.abs(ratio ?? 0))));
}

interface ShownChange {
  readonly value: number | undefined;
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly smallest: number | undefined;
}

/** As a share of what it was; of failures, which may begin at none, as a share of the requests. */
export function shownChange({ rise, changeRatio, low, high, smallestSeenRatio }: ComparedMetric): ShownChange {
  if (rise === undefined) return { value: changeRatio, low, high, smallest: smallestSeenRatio };
  return { value: rise.value, low: rise.low, high: rise.high, smallest: rise.smallestSeen };
}
