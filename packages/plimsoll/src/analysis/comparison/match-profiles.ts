/** Which phases of two results belong together: those of the same name, under the same load. */
import type { RunStats } from "../run-stats.ts";
import type { ComparedProfileRuns, ComparedRun } from "./compared-run.ts";
import { unlikeness } from "./likeness.ts";

/** A result: what is compared, and earlier runs of the same build beside it. */
export interface ComparedResult {
  /** Oldest first; at least one. */
  readonly runs: readonly RunStats[];
  readonly kin: readonly RunStats[];
}

export interface MatchedProfiles {
  readonly profiles: readonly ComparedProfileRuns[];
  /** Names that only one side has, and stored runs that are no use; a sentence each. */
  readonly notes: readonly string[];
  readonly baseNames: readonly string[];
  readonly nextNames: readonly string[];
}

/** By name, in the order of BASE; phases of one name within a run are several runs of it. */
export function matchProfiles(base: ComparedResult, next: ComparedResult, only?: string): MatchedProfiles {
  const [baseNames, nextNames] = [namesOf(base.runs), namesOf(next.runs)];
  const wanted = (name: string): boolean => only === undefined || name === only;
  const both = baseNames.filter((name) => nextNames.includes(name) && wanted(name));
  const matched = both.map((name) => matchOne(name, base, next));
  const strays = [
    ...strayNote(
      "BASE",
      baseNames.filter((name) => !nextNames.includes(name) && wanted(name)),
    ),
    ...strayNote(
      "NEW",
      nextNames.filter((name) => !baseNames.includes(name) && wanted(name)),
    ),
  ];
  return {
    profiles: matched.map(({ profile }) => profile),
    notes: [...strays, ...matched.flatMap(({ notes }) => notes)],
    baseNames,
    nextNames,
  };
}

/** The steps of a search are no profiles: each was sent another load. */
function namesOf(runs: readonly RunStats[]): readonly string[] {
  const plain = runs.filter(({ plan }) => plan.search === undefined);
  return [...new Set(plain.flatMap(({ profiles }) => profiles.map(({ name }) => name)))];
}

function strayNote(side: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`Only ${side} has ${names.join(", ")}: left out.`];
}

function matchOne(name: string, base: ComparedResult, next: ComparedResult) {
  const of = (runs: readonly RunStats[]): ComparedRun[] =>
    runs.flatMap((run) => run.profiles.filter((profile) => profile.name === name).map((profile) => ({ run, profile })));
  const [news, stored] = [of(next.runs), of(base.runs)];
  const model = news.at(-1);
  const useful = stored.filter((run) => model !== undefined && isUseful(run, model));
  const runs = stored.length > 1 && useful.length > 0 ? useful : stored.slice(-1);
  const leftOut = stored.length - runs.length;
  const notes =
    leftOut === 0
      ? []
      : [
          `${leftOut} of ${stored.length} runs of ${name} in BASE are left out: another load, cut short or measured badly.`,
        ];
  const kin = of(base.kin).filter((run) => model !== undefined && isUseful(run, model));
  return { profile: { name, base: { runs, kin }, next: { runs: news, kin: [] } }, notes };
}

/** Ran to its end under the same load, with a generator that was fit. */
function isUseful(run: ComparedRun, model: ComparedRun): boolean {
  const { barring, mix } = unlikeness(run, model);
  const isSound =
    run.profile.isFinished && run.profile.generator.health !== "invalid" && run.run.imbalances.length === 0;
  return isSound && barring.length === 0 && mix === undefined;
}
