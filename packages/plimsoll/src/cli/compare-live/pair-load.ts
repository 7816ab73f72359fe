/** The load that both targets get, run after run. */
import type { CapacityReport } from "../../analysis/capacity/capacity-report.ts";
import { PlimsollError } from "../../base/errors.ts";
import type { OpenProfile, Profile, Spec } from "../../spec/spec.ts";
import { capacitySentence } from "../../verdict/capacity-sentence.ts";
import type { Console } from "../console.ts";
import { searchCapacity } from "../find.ts";
import type { AskedComparison, CompareLiveFlags } from "./asked-comparison.ts";
import type { Unmeasured } from "./live-comparison.ts";

/** Near the knee two equal builds differ by 16 %, here by 2 % (statistics: latency is compared at 60–70 % of capacity). */
const LOAD_RATIO = 0.65;
const SEARCH_BUDGET = "3m";
const ADVICE = ["Give the load yourself, about two thirds of what BASE holds, such as --rate 50/s."];

/** A search that gave no load. */
export interface NoLoad extends Unmeasured {
  readonly kind: "none";
}

/** Without a search: a profile of the spec, or `--rate`; undefined when it has to be looked for. @throws USAGE */
export function givenLoad(spec: Spec, flags: CompareLiveFlags, asked: AskedComparison): Profile | undefined {
  if (flags.profile !== undefined) return namedProfile(spec, flags.profile);
  if (asked.ratePerSec !== undefined) return steadyLoad(asked.ratePerSec, asked.runMs);
  if ((flags.slo ?? []).length > 0 || spec.thresholds.length > 0) return undefined;
  throw new PlimsollError("USAGE", "there is no load to compare at", {
    hint: "Give one, such as --rate 50/s, or a promise whose capacity is looked for first: --slo 'p95<500ms'.",
  });
}

export interface SearchContext {
  readonly flags: CompareLiveFlags;
  readonly seed: number;
  readonly runMs: number;
  /** Folder of the search. */
  readonly out: string;
  readonly console: Console;
}

/** 65 % of what the target holds within the promises. @throws what a search throws */
export async function searchedLoad(spec: Spec, context: SearchContext): Promise<Profile | NoLoad> {
  const { flags, seed, runMs, out, console } = context;
  console.note("Neither --rate nor --profile is given, so the capacity of BASE is looked for first.\n");
  const { model } = await searchCapacity(
    spec,
    {
      slo: flags.slo ?? [],
      by: "rate",
      budget: SEARCH_BUDGET,
      levels: "none",
      overload: false,
      out,
      seed: String(seed),
      ...(flags.threads === undefined ? {} : { threads: flags.threads }),
      ...(flags.iAmAuthorised === undefined ? {} : { iAmAuthorised: flags.iAmAuthorised }),
    },
    console,
  );
  const load = model.capacity && loadWithin(model.capacity, runMs);
  const { because, exitCode } = model.judgement;
  if (load === undefined || model.capacity === undefined)
    return { kind: "none", why: because, exitCode, advice: ADVICE };
  // Elsewhere than on a terminal the search has told it already.
  if (console.isLive) console.note(`BASE: ${capacitySentence(model.capacity)}\n`);
  return load;
}

/** At 65 % of a capacity that was found; undefined when none was. */
export function loadWithin(
  { result, estimate }: Pick<CapacityReport, "result" | "estimate">,
  durationMs: number,
): OpenProfile | undefined {
  if (result?.kind !== "found" || estimate === undefined) return undefined;
  return steadyLoad(LOAD_RATIO * estimate.load, durationMs);
}

/** Poisson arrivals at one rate. */
function steadyLoad(ratePerSec: number, durationMs: number): OpenProfile {
  return {
    kind: "open",
    name: "pair",
    durationMs,
    arrivals: "poisson",
    stages: [{ fromPerSec: ratePerSec, toPerSec: ratePerSec, durationMs }],
    tags: undefined,
    warmupMs: undefined,
  };
}

/** @throws USAGE */
function namedProfile(spec: Spec, name: string): Profile {
  const profile = spec.profiles.find((candidate) => candidate.name === name);
  if (profile !== undefined) return profile;
  throw new PlimsollError("USAGE", `the spec has no profile "${name}"`, {
    hint: `It has: ${spec.profiles.map((candidate) => candidate.name).join(", ")}.`,
  });
}
