/** The answer of a search that ended before its time, since this target has nothing more to tell. */
import type { CapacityReport } from "../analysis/capacity/capacity-report.ts";
import type { EarlyEnd, NoneSucceeded } from "../analysis/capacity/early-end.ts";
import { loadText } from "../analysis/capacity/search-course.ts";
import { countOfFigure, instantFigure } from "../analysis/figure.ts";
import { asClause } from "../base/clause.ts";
import { formatMs } from "../base/format-number.ts";
import { mostOftenText } from "./bare-profile.ts";
import { promisesText, soFarText } from "./capacity-sentence.ts";
import type { SearchAnswer } from "./target-load-answer.ts";

/** A wrong address or a target that is gone is no missing capacity: inconclusive also where a load was asked about. */
export function earlyAnswer(report: CapacityReport, early: EarlyEnd): SearchAnswer {
  const { targetLoad, by } = report.asked;
  const promised = targetLoad === undefined ? "" : `${loadText(by, targetLoad)} within ${promisesText(report)}`;
  if (early.kind === "slow-alone") {
    const [metric = ""] = early.expr.split("<");
    const why = `Even a single user gets ${metric.trim()} ${formatMs(early.quantileMs)}`;
    return targetLoad === undefined
      ? { verdict: "inconclusive", because: `${why}: no load keeps ${early.expr}.` }
      : { verdict: "fail", because: `Does not hold ${promised}: ${asClause(why)}.` };
  }
  const why = noneText(early);
  return {
    verdict: "inconclusive",
    because: `${promised === "" ? why : `Whether it holds ${promised} cannot be told: ${asClause(why)}`}${soFarText(report)}`,
  };
}

function noneText({ isLater, name, fromMs, requests, error }: NoneSucceeded): string {
  const sent = countOfFigure(requests, "request");
  const often = mostOftenText(error);
  return isLater
    ? `The target broke off at ${instantFigure(fromMs)}: none of ${sent} from ${name} on succeeded${often}.`
    : `None of ${sent} of the first look succeeded${often}.`;
}
