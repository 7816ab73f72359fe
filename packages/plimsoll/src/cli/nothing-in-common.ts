import { PlimsollError } from "../base/errors.ts";
import type { MatchedCapacities } from "./compared-capacity.ts";
import type { ComparedInput } from "./compared-input.ts";

/** Names of the profiles that each side has. */
export interface ProfileNames {
  readonly base: readonly string[];
  readonly next: readonly string[];
}

export interface NothingCase {
  readonly base: ComparedInput;
  readonly next: ComparedInput;
  readonly names: ProfileNames;
  readonly unlike: MatchedCapacities["unlike"];
  /** Of `--profile`. */
  readonly profile: string | undefined;
}

/** Why there is nothing that both sides measured: what each of them is, and what to do. */
export function nothingInCommon({ base, next, names, unlike, profile }: NothingCase): PlimsollError {
  if (base.isSearch && next.isSearch) return searchesApart(base, next, unlike);
  if (base.isSearch !== next.isSearch) return searchAndRun({ base, next, names });
  const what = profile === undefined ? "no profile is in both" : `no profile "${profile}" is in both`;
  return usage(what, `BASE has: ${listed(names.base)}. NEW has: ${listed(names.next)}.`);
}

function searchesApart(base: ComparedInput, next: ComparedInput, unlike: string | undefined): PlimsollError {
  if (unlike !== undefined)
    return usage(
      `BASE and NEW are searches that were asked different things: ${unlike}`,
      "Search one of them anew, with the --by and --slo of the other.",
    );
  const without = [...(base.capacity === undefined ? ["BASE"] : []), ...(next.capacity === undefined ? ["NEW"] : [])];
  return usage(
    `BASE and NEW are searches, but ${without.join(" and ")} found no capacity with both its ends`,
    "What a search came to: plimsoll report. Search again with more --budget, or go on with --resume where it was interrupted.",
  );
}

function searchAndRun({ base, next, names }: Pick<NothingCase, "base" | "next" | "names">): PlimsollError {
  const [before, after] = [described(base, names.base), described(next, names.next)];
  return usage(
    `BASE is ${before}, NEW ${after}: there is nothing that both measured`,
    "Compare a search with a search (plimsoll find, with the same --by and --slo), or a run with a run of the same profiles.",
  );
}

function described({ isSearch, capacity }: ComparedInput, profiles: readonly string[]): string {
  if (!isSearch) return `a run (${listed(profiles)})`;
  const promises = capacity?.promises ?? [];
  return `a search for the capacity${promises.length === 0 ? "" : ` within ${promises.join(" and ")}`}`;
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.join(", ");
}

function usage(what: string, hint: string): PlimsollError {
  return new PlimsollError("USAGE", what, { hint });
}
