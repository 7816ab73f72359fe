import { capacityReport } from "../../analysis/capacity/capacity-report.ts";
import { beyondMs } from "../../analysis/capacity/overload-shape.ts";
import { loadText } from "../../analysis/capacity/search-course.ts";
import { searchOptions } from "../../analysis/capacity/search-progress.ts";
import type { RunStats } from "../../analysis/run-stats.ts";
import { formatDuration } from "../../base/format-number.ts";
import type { PlannedSearch } from "../../records/record.ts";
import { forecastText, roundedDuration } from "../../report/search-outlook.ts";
import { renderSearchScreen } from "../../report/terminal-search-live.ts";
import { wrapText } from "../../report/text-table.ts";
import type { Console } from "../console.ts";
import { createScreen } from "../progress.ts";
import type { RunWatch } from "../run-watch.ts";
import { createSearchLines } from "./search-lines.ts";

const LOOK_MS = 1000;

/** What is about to happen, how long it takes at most, and what to expect of it where it is known where it begins. */
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
  const tell = (text: string): void => console.note(`${wrapText(text, console.columns).join("\n")}\n`);
  tell(`Searching ${what} within ${slos}: at most ${formatDuration(asked.budgetMs)}${then}.`);
  const leastMs = leastStepMs(asked);
  if (leastMs > asked.budgetMs / 4)
    tell(
      `A step takes ${formatDuration(leastMs)} at least, and its answers: the budget is too short for more than a few.`,
    );
  for (const { expr, why } of asked.leftOut ?? []) tell(`Left out: ${expr}, since ${why}.`);
  if (asked.startLoad !== undefined) console.note(`${forecastText(searchOptions(asked, asked.startLoad))}\n`);
}

/** Of one beside the limit, whatever its load: so many promised latencies, and never less than half of a step. */
function leastStepMs({ by, slos, stepMs, thinkMs, limitsPerStep }: PlannedSearch): number {
  const limitMs = Math.max(0, ...slos.map((slo) => slo.limitMs ?? 0));
  return Math.max(stepMs / 2, by === "users" ? 2 * (thinkMs + limitMs) : limitsPerStep * limitMs);
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
  const lines = createSearchLines(console.note);
  let timer: NodeJS.Timeout | undefined;
  let last: (() => RunStats) | undefined;
  return {
    start: ({ stats }) => {
      last = stats;
      lines.goOn(stats());
      timer = setInterval(() => lines.tell(stats()), LOOK_MS);
    },
    stop: () => {
      clearInterval(timer);
      if (last !== undefined) lines.tell(last());
    },
  };
}
