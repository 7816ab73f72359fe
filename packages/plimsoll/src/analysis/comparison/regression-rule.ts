/** Did it get worse? Three answers, and the least change that could have been seen. */
import { studentTCdf, studentTQuantile } from "../distributions.ts";
import type { Interval } from "../proportion.ts";

/** ln(new ÷ base) of a figure of which more is worse, with its standard error. */
export interface LogChange {
  readonly lnRatio: number;
  readonly se: number;
  readonly df: number;
}

export interface RegressionAnswer {
  readonly verdict: "pass" | "fail" | "inconclusive";
  /** new ÷ base, and its two-sided 90 % interval. */
  readonly ratio: number;
  readonly interval: Interval;
  /** new ÷ base that would have been called worse nine times in ten. */
  readonly smallestDetectableRatio: number;
  /** One-sided: how likely such a rise is if nothing changed. */
  readonly pValue: number;
}

/** Of one of the two batch sets of a pair: twenty batches. */
export const PAIR_DF = 19;
const FAIL_CONFIDENCE = 0.99;
const PASS_CONFIDENCE = 0.95;
const POWER = 0.9;

/**
 * Fail when surely worse (99 %) and by at least half of `maxRegressionRatio`; pass when surely (95 %) less than that much
 * worse; else inconclusive. A p-value that Holm has adjusted may stand in for the first test.
 */
export function judgeRegression(
  { lnRatio, se, df }: LogChange,
  maxRegressionRatio: number,
  adjustedPValue?: number,
): RegressionAnswer {
  const leastLn = Math.log(1 + maxRegressionRatio / 2);
  const failHalf = se * studentTQuantile(FAIL_CONFIDENCE, df);
  const passHalf = se * studentTQuantile(PASS_CONFIDENCE, df);
  const pValue = pValueOf({ lnRatio, se, df });
  const isSurelyWorse =
    adjustedPValue === undefined ? lnRatio - failHalf > 0 : lnRatio > 0 && adjustedPValue < 1 - FAIL_CONFIDENCE;
  const isPass = lnRatio + passHalf < Math.log(1 + maxRegressionRatio);
  const isFail = isSurelyWorse && lnRatio >= leastLn;
  return {
    verdict: isFail ? "fail" : isPass ? "pass" : "inconclusive",
    ratio: Math.exp(lnRatio),
    interval: { low: Math.exp(lnRatio - passHalf), high: Math.exp(lnRatio + passHalf) },
    smallestDetectableRatio: Math.exp(Math.max(leastLn, failHalf) + se * studentTQuantile(POWER, df)),
    pValue,
  };
}

/** P(T ≥ lnRatio ÷ se). */
export function pValueOf({ lnRatio, se, df }: LogChange): number {
  if (se === 0) return lnRatio > 0 ? 0 : 1;
  return 1 - studentTCdf(lnRatio / se, df);
}
