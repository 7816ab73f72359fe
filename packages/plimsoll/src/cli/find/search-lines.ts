/** A search where there is no terminal: what is to be read in a log, line by line. */
import { type CapacityReport, capacityReport } from "../../analysis/capacity/capacity-report.ts";
import type { RunStats } from "../../analysis/run-stats.ts";
import { aheadText, forecastText, renderSearchLine } from "../../report/terminal-search-live.ts";
import { capacitySentence } from "../../verdict/judge-search.ts";
import { illConditionedText } from "../../verdict/search-findings.ts";

/**
 * Writes a line for each phase that has ended since it was asked last, and once what they show: what to expect, unless that
 * could be told before the search began; a limit that even the unloaded target nearly reaches; the answer, and what follows.
 */
export function createSearchLines(write: (text: string) => void): (stats: RunStats) => void {
  let toldCount = 0;
  const said = new Set<string>();
  return (stats) => {
    const ended = stats.profiles.filter(({ isFinished }) => isFinished);
    if (ended.length === toldCount) return;
    const report = capacityReport(stats);
    if (report === undefined) return;
    for (const profile of ended.slice(toldCount)) write(`${renderSearchLine(profile, report)}\n`);
    toldCount = ended.length;
    for (const [what, text] of remarks(report)) {
      if (said.has(what)) continue;
      said.add(what);
      write(`${text}\n`);
    }
  };
}

/** What is to be said once, under what it is remembered by. */
function remarks(report: CapacityReport): readonly (readonly [string, string])[] {
  const { asked, options, illConditioned, result, ahead } = report;
  const then = aheadText(ahead);
  return [
    ...(options === undefined || asked.startLoad !== undefined ? [] : [["forecast", forecastText(options)] as const]),
    ...illConditioned.map((expr) => [expr, illConditionedText(expr)] as const),
    ...(result?.kind === "found"
      ? [["found", `${capacitySentence(report)}${then === "" ? "" : ` Still to come: ${then}.`}`] as const]
      : []),
  ];
}
