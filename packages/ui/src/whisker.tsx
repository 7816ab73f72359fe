import type { JSX } from "preact";

/** Half the height of an end, and the length of an arrow, px. */
const REACH_PX = 4;
/** So far from an arrow's foot that the dot does not hide it. */
const DOT_INSET_PX = 9;

interface Props {
  readonly value: number;
  /** Of its interval; both undefined without one, one undefined where it is open there. */
  readonly low: number | undefined;
  readonly high: number | undefined;
  /** Ends of the axis. */
  readonly axis: readonly [number, number];
  /** Pixels from the left of a value on the axis. */
  readonly at: (value: number) => number;
  readonly middle: number;
}

/** A value with its interval. What goes on beyond the axis ends in an arrow, never as if it ended there. */
export function Whisker({ value, low, high, axis: [least, most], at, middle }: Props): JSX.Element {
  const hasInterval = low !== undefined || high !== undefined;
  const from = hasInterval ? (low ?? Number.NEGATIVE_INFINITY) : value;
  const to = hasInterval ? (high ?? Number.POSITIVE_INFINITY) : value;
  const placed = (shown: number): number => at(Math.min(most, Math.max(least, shown)));
  // Nothing is less than none.
  const isBeyondLeft = least !== 0 && Math.min(from, value) < least;
  const isBeyondRight = Math.max(to, value) > most;
  const dot = value > most ? at(most) - DOT_INSET_PX : value < least ? at(least) + DOT_INSET_PX : at(value);
  const [left, right] = [Math.min(dot, placed(from)), Math.max(dot, placed(to))];
  const caps = [from, to].filter((end) => hasInterval && end >= least && end <= most).map(placed);
  const ends = caps.map((x) => `M${x} ${middle - REACH_PX}v${2 * REACH_PX}`).join("");
  return (
    <>
      {hasInterval || isBeyondLeft || isBeyondRight ? (
        <path class="interval" d={`M${left} ${middle}H${right}${ends}`} />
      ) : undefined}
      {isBeyondLeft ? <path class="beyond" d={arrow(left, middle, -1)} /> : undefined}
      {isBeyondRight ? <path class="beyond" d={arrow(right, middle, 1)} /> : undefined}
      <circle class="observed" cx={dot} cy={middle} r="4" />
    </>
  );
}

function arrow(x: number, middle: number, direction: 1 | -1): string {
  const length = direction * REACH_PX;
  return `M${x} ${middle - REACH_PX}l${length} ${REACH_PX}l${-length} ${REACH_PX}`;
}
