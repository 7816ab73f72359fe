import { join } from "node:path";
import { LEAST_RUNS } from "../analysis/comparison/run-noise.ts";
import { countOfFigure } from "../analysis/figure.ts";
import type { Verdict } from "../verdict/judgement.ts";

/** A result that is now kept under a name, beside those kept before. */
export interface SavedBaseline {
  readonly name: string;
  readonly path: string;
  readonly wasThere: boolean;
  readonly isSearch: boolean;
  readonly verdict: Verdict;
  /** Under this name, itself included. */
  readonly runCount: number;
  readonly searchCount: number;
  /** Folder of all baselines. */
  readonly dir: string;
}

/** What was kept, what it is good for, what to doubt, and what to do with it; each on its line. */
export function savedText(saved: SavedBaseline): string {
  const { name, path, wasThere, verdict, runCount, searchCount, dir } = saved;
  const kept = [
    ...(runCount === 0 ? [] : [countOfFigure(runCount, "run")]),
    ...(searchCount === 0 ? [] : [searchCount === 1 ? "1 search" : `${searchCount} searches`]),
  ].join(" and ");
  const doubt =
    verdict === "pass" ? "" : `! Its own verdict was ${verdict}: a baseline should be one that one can stand by.\n`;
  return [
    `${wasThere ? "Was kept already" : "Kept"} in ${path}; ${name} has ${kept}. ${useText(saved)}\n`,
    doubt,
    `Compare: plimsoll compare baseline:${name} results\n`,
    `In CI, keep the folder ${join(dir, "baselines")} in the cache.\n`,
  ].join("");
}

/** Runs are set against runs; of searches the last one's capacity against that of another search. */
function useText({ isSearch, runCount, searchCount }: SavedBaseline): string {
  if (isSearch) {
    const which = searchCount === 1 ? "its capacity" : "the capacity of the last one";
    return `This is a search: ${which} is compared with that of another search, and never with a run.`;
  }
  return runCount >= LEAST_RUNS
    ? "How much runs differ is learned from them."
    : `From ${LEAST_RUNS} runs on it is learned how much runs differ; until then 2 % is supposed.`;
}
