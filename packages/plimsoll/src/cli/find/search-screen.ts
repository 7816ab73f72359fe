import { type CapacityReport, capacityReport } from "../../analysis/capacity/capacity-report.ts";
import { beyondMs } from "../../analysis/capacity/overload-shape.ts";
import { loadText } from "../../analysis/capacity/search-course.ts";
import type { RunStats } from "../../analysis/run-stats.ts";
import { formatDuration } from "../../base/format-number.ts";
import type { PlannedSearch } from "../../records/record.ts";
import {
  aheadText,
  forecastText,
  goingOnText,
  renderSearchLine,
  renderSearchScreen,
  roundedDuration,
} from "../../report/terminal-search-live.ts";
import { capacitySentence } from "../../verdict/judge-search.ts";
import type { Console } from "../console.ts";
import { createScreen } from "../progress.ts";
import type { RunWatch } from "../run-watch.ts";

const LOOK_MS = 1000;

/** What is about to happen, and how long it takes at most. */
export function announceSearch(asked: PlannedSearch, console: Console): void {
  if (console.isQuiet) return;
  const slos = asked.slos.map(({ expr }) => expr).join(" and ");
  const what =
    asked.targetLoad === undefined
      ? `the greatest ${asked.by === "rate" ? "rate" : "number of users"}`
      : `whether ${loadText(asked.by, asked.targetLoad)} is held`;
  const after = [
    ...(asked.isOverloadTested ? [`what lies beyond it (about ${roundedDuration(beyondMs(0, 0, asked))})`] : []),
    ...(asked.levels?.length === 0 ? [] : ["a table by number of users"]),
  ];
  const then = after.length === 0 ? "" : `; then ${after.join(" and ")}`;
  console.note(`Searching ${what} within ${slos}: at most ${formatDuration(asked.budgetMs)}${then}.\n`);
}

/** On a terminal one screen that is redrawn in place; elsewhere a line for every step; nothing when quiet. */
export function createSearchProgress(console: Console): RunWatch {
  if (console.isQuiet) return { start: () => {}, stop: () => {} };
  if (console.isLive)
    return createScreen(console, (stats, nowMs, size) => {
      const report = capacityReport(stats);
      return report === undefined ? [] : renderSearchScreen({ stats, report, nowMs }, size);
    });
  return searchLines(console);
}

function searchLines(console: Console): RunWatch {
  let timer: NodeJS.Timeout | undefined;
  let told = 0;
  let isForecast = false;
  let isFound = false;
  const tellFound = (report: CapacityReport): void => {
    if (isFound || report.result?.kind !== "found") return;
    isFound = true;
    // The next phase may have begun since the last one ended.
    const then = aheadText(report.notEnded);
    console.note(`${capacitySentence(report)}${then === "" ? "" : ` Still to come: ${then}.`}\n`);
  };
  /** What an interrupted search had measured was told then. */
  const goOn = (stats: RunStats): void => {
    told = stats.profiles.filter(({ isFinished }) => isFinished).length;
    const report = told === 0 ? undefined : capacityReport(stats);
    if (report === undefined) return;
    console.note(`${goingOnText(report, told)}\n`);
    isForecast = report.options !== undefined;
    tellFound(report);
  };
  const tell = (stats: RunStats): void => {
    const ended = stats.profiles.filter(({ isFinished }) => isFinished);
    if (ended.length === told) return;
    const report = capacityReport(stats);
    if (report === undefined) return;
    for (const profile of ended.slice(told)) console.note(`${renderSearchLine(profile, report)}\n`);
    told = ended.length;
    if (!isForecast && report.options !== undefined) {
      isForecast = true;
      console.note(`${forecastText(report)}\n`);
    }
    tellFound(report);
  };
  let last: (() => RunStats) | undefined;
  return {
    start: ({ stats }) => {
      last = stats;
      goOn(stats());
      timer = setInterval(() => tell(stats()), LOOK_MS);
    },
    stop: () => {
      clearInterval(timer);
      if (last !== undefined) tell(last());
    },
  };
}
