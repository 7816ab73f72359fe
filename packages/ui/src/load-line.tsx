import type { JSX } from "preact";
import type { Observed, ThresholdJudgement } from "../../plimsoll/src/verdict/judgement.ts";
import { Whisker } from "./whisker.tsx";

const WIDTH = 132;
const HEIGHT = 22;
const MIDDLE = HEIGHT / 2;

/** Its upper end is not known, or lies among requests without an answer. */
function isOpenAbove({ low, high, isBeyond }: Observed): boolean {
  return high === undefined && (low !== undefined || isBeyond === true);
}

/** Where the observed value lies against its limit: the allowed side shaded, the limit as the load line. */
export function LoadLine({ judgement }: { readonly judgement: ThresholdJudgement }): JSX.Element {
  const { observed, limit, verdict, expr } = judgement;
  const top = Math.max(limit * 1.6, Math.min(limit * 4, (observed?.high ?? observed?.value ?? 0) * 1.08)) || 1;
  const at = (value: number): number => Math.round(Math.min(WIDTH - 5, Math.max(3, (value / top) * WIDTH)) * 10) / 10;
  const isFloor = expr.includes(">");
  const [from, to] = isFloor ? [at(limit), WIDTH] : [0, at(limit)];
  return (
    <svg class="load-line" width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <path class="track" d={`M0 ${MIDDLE}H${WIDTH}`} />
      <path class="allowed" d={`M${from} ${MIDDLE}H${to}`} />
      <path class="bound" d={`M${at(limit)} 2V${HEIGHT - 2}`} />
      {observed === undefined ? undefined : (
        <g class={`is-${verdict}`}>
          <Whisker
            value={observed.value}
            low={isOpenAbove(observed) ? (observed.low ?? observed.value) : observed.low}
            high={observed.high}
            axis={[0, top]}
            at={at}
            middle={MIDDLE}
          />
        </g>
      )}
    </svg>
  );
}
