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
  const useful = stored.filter((run) => model !== undefined && uselessness(run, model) === undefined);
  const runs = stored.length > 1 && useful.length > 0 ? useful : stored.slice(-1);
  const leftOut = stored.filter((run) => !runs.includes(run));
  const notes = leftOut.length === 0 ? [] : [leftOutNote(name, stored.length, leftOut, model)];
  const kin = of(base.kin).filter((run) => model !== undefined && uselessness(run, model) === undefined);
  return { profile: { name, base: { runs, kin }, next: { runs: news, kin: [] } }, notes };
}

/** `2 of 5 runs of steady in BASE are left out: another load (run a), cut short (run b).` */
function leftOutNote(name: string, count: number, leftOut: readonly ComparedRun[], model: ComparedRun | undefined) {
  const byReason = new Map<string, string[]>();
  for (const one of leftOut) {
    const reason = (model === undefined ? undefined : uselessness(one, model)) ?? "older";
    byReason.set(reason, [...(byReason.get(reason) ?? []), one.run.header.run]);
  }
  const reasons = [...byReason].map(
    ([reason, ids]) => `${reason} (${ids.length === 1 ? "run" : "runs"} ${ids.join(", ")})`,
  );
  const are = leftOut.length === 1 ? "is" : "are";
  return `${leftOut.length} of ${count} runs of ${name} in BASE ${are} left out: ${reasons.join("; ")}.`;
}

/** Why a stored run is no use; undefined where it ran to its end under the same load, with a generator that was fit. */
function uselessness(run: ComparedRun, model: ComparedRun): string | undefined {
  const { barring, mix } = unlikeness(run, model);
  if (barring.length > 0) return "another load";
  if (mix !== undefined) return "another mix of tasks";
  if (!run.profile.isFinished) return "cut short";
  if (run.profile.generator.health === "invalid") return "a generator that was not fit";
  return run.run.imbalances.length > 0 ? "books that do not balance" : undefined;
}
