/** Several figures of one comparison at once, so that asking five questions does not make five chances of a false alarm. */
import { holmAdjust } from "./holm.ts";
import { judgeRegression, type LogChange, pValueOf, type RegressionAnswer } from "./regression-rule.ts";

export interface MetricChange {
  /** `p50`, `p95`, `p99`, `errors`. */
  readonly name: string;
  readonly change: LogChange;
  /** Too small to matter, whatever its ratio: passes. */
  readonly isNegligible?: boolean;
}

export interface MetricAnswer extends RegressionAnswer {
  readonly name: string;
}

/** Each by the regression rule, its "surely worse" by p-values that Holm has adjusted over all of them. */
export function judgeMetrics(changes: readonly MetricChange[], maxRegressionRatio: number): readonly MetricAnswer[] {
  const adjusted = holmAdjust(changes.map(({ change }) => pValueOf(change)));
  return changes.map(({ name, change, isNegligible }, at) => {
    const answer = judgeRegression(change, maxRegressionRatio, adjusted[at]);
    return { ...answer, name, verdict: isNegligible === true ? "pass" : answer.verdict };
  });
}
