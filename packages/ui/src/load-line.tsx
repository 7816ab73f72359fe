import type { JSX } from "preact";
import type { Observed, ThresholdJudgement } from "../../plimsoll/src/verdict/judgement.ts";

const WIDTH = 132;
const HEIGHT = 22;
const MIDDLE = HEIGHT / 2;

/** Its upper end is not known, or lies among requests without an answer. */
function isOpenAbove({ low, high, isBeyond }: Observed): boolean {
  return high === undefined && (low !== undefined || isBeyond === true);
}

/** From end to end; an end that is not known is an arrow to the edge. */
function intervalPath(observed: Observed, at: (value: number) => number): string {
  const { value, low, high } = observed;
  const arrow = (tip: number, back: number): string => `M${back} ${MIDDLE - 4}L${tip} ${MIDDLE}L${back} ${MIDDLE + 4}`;
  if (isOpenAbove(observed)) return `M${at(low ?? value)} ${MIDDLE}H${WIDTH - 1}${arrow(WIDTH - 1, WIDTH - 5)}`;
  if (high === undefined) return "";
  return low === undefined ? `M${at(high)} ${MIDDLE}H1${arrow(1, 5)}` : `M${at(low)} ${MIDDLE}H${at(high)}`;
}

/** Where the observed value lies against its limit: the allowed side shaded, the limit as the load line. */
export function LoadLine({ judgement }: { readonly judgement: ThresholdJudgement }): JSX.Element {
  const { observed, limit, verdict, expr } = judgement;
  const top = Math.max(limit * 1.6, Math.min(limit * 4, (observed?.high ?? observed?.value ?? 0) * 1.08)) || 1;
  const right = observed !== undefined && isOpenAbove(observed) ? WIDTH - 12 : WIDTH - 5;
  const at = (value: number): number => Math.round(Math.min(right, Math.max(3, (value / top) * WIDTH)) * 10) / 10;
  const interval = observed === undefined ? "" : intervalPath(observed, at);
  const isFloor = expr.includes(">");
  const [from, to] = isFloor ? [at(limit), WIDTH] : [0, at(limit)];
  return (
    <svg class="load-line" width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <path class="track" d={`M0 ${MIDDLE}H${WIDTH}`} />
      <path class="allowed" d={`M${from} ${MIDDLE}H${to}`} />
      <path class="bound" d={`M${at(limit)} 2V${HEIGHT - 2}`} />
      {observed === undefined ? undefined : (
        <g class={`is-${verdict}`}>
          {interval === "" ? undefined : <path class="interval" d={interval} />}
          <circle class="observed" cx={at(observed.value)} cy={MIDDLE} r="4" />
        </g>
      )}
    </svg>
  );
}
