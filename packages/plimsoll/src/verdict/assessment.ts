import { msFigure, rateFigure, ratioFigure } from "../analysis/figure.ts";
import { AGGREGATED } from "../analysis/phase-totals.ts";
import type { Threshold } from "../spec/spec.ts";
import type { Observed, ThresholdJudgement, Verdict } from "./judgement.ts";

/** What the requests alone say of a threshold; the generator's health and the run's end come on top. */
export interface Assessment {
  readonly verdict: Verdict;
  /** `undefined`: no data. */
  readonly observed: Observed | undefined;
  /** One sentence with the figures that decided, without the names of profile and task. */
  readonly why: string;
}

/** No data is neither a pass nor a fail. */
export function noData(why: string): Assessment {
  return { verdict: "inconclusive", observed: undefined, why };
}

/** What an assessment comes to as the judgement of its threshold on one profile. */
export function judgementOf(threshold: Threshold, profile: string, assessment: Assessment): ThresholdJudgement {
  return {
    expr: threshold.expr,
    profile,
    task: threshold.task ?? AGGREGATED,
    observed: assessment.observed,
    limit: threshold.metric.kind === "recovery" ? threshold.limit / 1000 : threshold.limit,
    unit: unitOf(threshold),
    verdict: assessment.verdict,
    why: assessment.why,
  };
}

/** The unit in which a judgement tells its limit and what was observed. */
export function unitOf({ metric }: Pick<Threshold, "metric">): ThresholdJudgement["unit"] {
  switch (metric.kind) {
    case "quantile":
    case "mean":
    case "min":
    case "max":
      return "ms";
    case "errors":
    case "drift":
      return "ratio";
    case "rps":
      return "perSec";
    case "recovery":
      return "s";
  }
}

/** A value of that unit as a sentence says it. */
export function figureOf(value: number, unit: ThresholdJudgement["unit"]): string {
  switch (unit) {
    case "ms":
      return msFigure(value);
    case "ratio":
      return ratioFigure(value);
    case "perSec":
      return rateFigure(value);
    case "s":
      return msFigure(value * 1000);
  }
}
