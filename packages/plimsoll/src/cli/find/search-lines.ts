/** A search where there is no terminal: what is to be read in a log, line by line. */
import { type CapacityReport, capacityReport } from "../../analysis/capacity/capacity-report.ts";
import type { RunStats } from "../../analysis/run-stats.ts";
import { aheadText, forecastText } from "../../report/search-outlook.ts";
import { goingOnText, renderSearchLine } from "../../report/terminal-search-live.ts";
import { capacitySentence } from "../../verdict/capacity-sentence.ts";
import { illConditionedText } from "../../verdict/search-findings.ts";

export interface SearchLines {
  /** Before the first line: what an interrupted search had measured was told then, and is only summed up. */
  goOn(stats: RunStats): void;
  /**
   * A line for each phase that has ended since, and once what they show: what to expect, unless that could be told before
   * the search began; a limit that even the unloaded target nearly reaches; the answer, and what follows.
   */
  tell(stats: RunStats): void;
}

export function createSearchLines(write: (text: string) => void): SearchLines {
  let toldCount = 0;
  const said = new Set<string>();
  const remark = (report: CapacityReport): void => {
    for (const [what, text] of remarks(report)) {
      if (said.has(what)) continue;
      said.add(what);
      write(`${text}\n`);
    }
  };
  return {
    goOn: (stats) => {
      toldCount = stats.profiles.filter(({ isFinished }) => isFinished).length;
      const report = toldCount === 0 ? undefined : capacityReport(stats);
      if (report === undefined) return;
      write(`${goingOnText(report)}\n`);
      for (const [what] of remarks(report)) if (what !== FOUND) said.add(what);
      remark(report);
    },
    tell: (stats) => {
      const ended = stats.profiles.filter(({ isFinished }) => isFinished);
      if (ended.length === toldCount) return;
      const report = capacityReport(stats);
      if (report === undefined) return;
      for (const profile of ended.slice(toldCount)) write(`${renderSearchLine(profile, report)}\n`);
      toldCount = ended.length;
      remark(report);
    },
  };
}

const FOUND = "found";

/** What is to be said once, under what it is remembered by. */
function remarks(report: CapacityReport): readonly (readonly [string, string])[] {
  const { asked, options, illConditioned, result, notEnded } = report;
  // The answer comes next, and says why.
  if (report.early !== undefined) return [];
  // The next phase may have begun since the last one ended.
  const then = aheadText(notEnded);
  return [
    ...(options === undefined || asked.startLoad !== undefined ? [] : [["forecast", forecastText(options)] as const]),
    ...illConditioned.map((expr) => [expr, illConditionedText(expr)] as const),
    ...(result?.kind === "found"
      ? [[FOUND, `${capacitySentence(report)}${then === "" ? "" : ` Still to come: ${then}.`}`] as const]
      : []),
  ];
}
