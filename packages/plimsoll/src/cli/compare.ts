import { appendFileSync } from "node:fs";
import { matchProfiles } from "../analysis/comparison/match-profiles.ts";
import { PlimsollError } from "../base/errors.ts";
import { parseRatio } from "../base/quantity.ts";
import { renderComparisonAnnotation } from "../report/comparison-annotation.ts";
import { comparisonDataOf } from "../report/comparison-data.ts";
import { renderComparisonJson } from "../report/comparison-json.ts";
import { renderComparisonMarkdown } from "../report/comparison-markdown.ts";
import { renderComparisonLine, renderComparisonTerminal } from "../report/comparison-terminal.ts";
import { renderComparisonHtml } from "../report/html.ts";
import type { Comparison } from "../verdict/comparison-answer.ts";
import { judgeComparison } from "../verdict/judge-comparison.ts";
import { judgePointComparison } from "../verdict/judge-point-comparison.ts";
import { type PointResult, pairPoints, pointsOfForeign, pointsOfRun } from "../verdict/point-result.ts";
import { areTurns, type TurnPairs, turnPairs } from "../verdict/turn-pairs.ts";
import { BASELINE_DIR } from "./baseline-store.ts";
import { matchCapacities } from "./compared-capacity.ts";
import { type ComparedInput, type RunsInput, readCompared } from "./compared-input.ts";
import type { Console } from "./console.ts";
import { nothingInCommon, type ProfileNames } from "./nothing-in-common.ts";
import { loadReportUi } from "./report-files.ts";
import { writeFiles } from "./results-folder.ts";

const DEFAULT_MAX_REGRESSION = "10%";

export interface CompareFlags {
  readonly maxRegression?: string;
  readonly profile?: string;
  readonly dir?: string;
  readonly out?: string;
}

/** `plimsoll compare BASE NEW`: is NEW worse? The exit code is the verdict's. @throws RESULT_UNREADABLE USAGE */
export async function compareCommand(
  baseText: string,
  nextText: string,
  flags: CompareFlags,
  console: Console,
): Promise<number> {
  const maxRegressionRatio = maxRegressionOf(flags.maxRegression ?? DEFAULT_MAX_REGRESSION);
  const dir = flags.dir ?? BASELINE_DIR;
  const [base, next] = [await readCompared(baseText, dir), await readCompared(nextText, dir)];
  const comparison = compareInputs(base, next, { maxRegressionRatio, profile: flags.profile });
  await tellComparison(comparison, flags.out, console);
  return comparison.exitCode;
}

/** Prints a comparison as asked for, writes its files (beside those of `folders`), and tells GitHub when it is there. */
export async function tellComparison(
  comparison: Comparison,
  out: string | undefined,
  console: Console,
  folders: readonly string[] = [],
): Promise<void> {
  const files = out === undefined ? undefined : await comparisonFiles(comparison);
  if (out !== undefined && files !== undefined) await writeFiles(out, files);
  const text = renderComparisonTerminal(comparison, {
    width: console.columns,
    colour: console.hasColour,
    ...(out === undefined || files === undefined
      ? {}
      : { files: { folder: out, names: [...files.keys(), ...folders.map((name) => `${name}/`)] } }),
  });
  if (console.isJson) {
    console.out(renderComparisonJson(comparison));
    console.note(text);
  } else console.out(console.isQuiet ? renderComparisonLine(comparison, console.hasColour) : text);
  tellGithub(comparison, console);
}

function tellGithub(comparison: Comparison, console: Console): void {
  if (process.env["GITHUB_ACTIONS"] !== "true") return;
  const annotation = renderComparisonAnnotation(comparison);
  if (console.isJson || console.isQuiet) console.note(annotation);
  else console.out(annotation);
  const summaryFile = process.env["GITHUB_STEP_SUMMARY"];
  if (summaryFile) appendFileSync(summaryFile, renderComparisonMarkdown(comparison));
}

async function comparisonFiles(comparison: Comparison): Promise<ReadonlyMap<string, string>> {
  const files = new Map([
    ["comparison.json", renderComparisonJson(comparison)],
    ["comparison.md", renderComparisonMarkdown(comparison)],
  ]);
  const ui = await loadReportUi();
  if (ui.renderComparisonBody !== undefined) {
    files.set("comparison.html", renderComparisonHtml(comparisonDataOf(comparison), ui));
  }
  return files;
}

/** Two run folders by the usual rule, under names of the caller's. @throws RESULT_UNREADABLE USAGE */
export async function compareFolders(base: NamedFolder, next: NamedFolder): Promise<Comparison> {
  const named = async ({ dir, name }: NamedFolder): Promise<ComparedInput> => {
    const input = await readCompared(dir, BASELINE_DIR);
    return { ...input, facts: { ...input.facts, name } };
  };
  const options = { maxRegressionRatio: maxRegressionOf(DEFAULT_MAX_REGRESSION), profile: undefined };
  return compareInputs(await named(base), await named(next), options);
}

interface NamedFolder {
  readonly dir: string;
  readonly name: string;
}

interface CompareOptions {
  readonly maxRegressionRatio: number;
  readonly profile: string | undefined;
}

/** @throws USAGE when there is nothing that both sides measured */
function compareInputs(base: ComparedInput, next: ComparedInput, options: CompareOptions): Comparison {
  const { capacities, unlike } = matchCapacities(base.capacity, next.capacity);
  const unlikeNote = unlike === undefined ? [] : [`The capacities are not compared: ${unlike}.`];
  const notes = [...new Set([...base.notes, ...next.notes, ...unlikeNote, ...sameRunNote(base, next)])];
  const nothing = (names: ProfileNames) => nothingInCommon({ base, next, names, unlike, profile: options.profile });
  const asked = { base: base.facts, next: next.facts, capacities, maxRegressionRatio: options.maxRegressionRatio };
  if (base.kind === "runs" && next.kind === "runs") {
    const turns = turnsOf(base, next, options.profile);
    if (turns !== undefined)
      return judgeComparison({
        ...asked,
        profiles: turns.profiles,
        notes: [...turns.notes, ...notes],
        isInTurns: true,
      });
    const matched = matchProfiles(base, next, options.profile);
    if (matched.profiles.length === 0 && capacities === undefined) {
      throw nothing({ base: matched.baseNames, next: matched.nextNames });
    }
    return judgeComparison({ ...asked, profiles: matched.profiles, notes: [...matched.notes, ...notes] });
  }
  const [before, after] = [pointsOf(base), pointsOf(next)];
  const pairs = pairPoints(before, after, options.profile);
  if (pairs.length > 0) return judgePointComparison({ ...asked, pairs, notes });
  if (capacities === undefined) throw nothing({ base: namesOf(before), next: namesOf(after) });
  return judgeComparison({ ...asked, profiles: [], notes });
}

/** The pairs of `plimsoll compare URL URL`, where these are its two sides: judged as it judged them. */
function turnsOf(base: RunsInput, next: RunsInput, profile: string | undefined): TurnPairs | undefined {
  const [before, after] = [base.runs[0], next.runs[0]];
  if (base.runs.length > 1 || next.runs.length > 1 || before === undefined || after === undefined) return undefined;
  const sides = { base: before, next: after };
  if (!areTurns(sides)) return undefined;
  const turns = turnPairs(sides);
  return profile === undefined || turns.profiles.some(({ name }) => name === profile) ? turns : undefined;
}

function pointsOf(input: ComparedInput): readonly PointResult[] {
  if (input.kind === "points") return input.results.map(pointsOfForeign);
  const last = input.runs.findLast(({ plan }) => plan.search === undefined);
  return last === undefined ? [] : pointsOfRun(last);
}

function namesOf(results: readonly PointResult[]): readonly string[] {
  return results.map(({ name }) => name);
}

/** Comparing a run with itself is a slip of the hand more often than not. */
function sameRunNote(base: ComparedInput, next: ComparedInput): string[] {
  if (base.kind !== "runs" || next.kind !== "runs") return [];
  const ids = (input: RunsInput): string[] => input.runs.map(({ header }) => header.run);
  const shared = ids(next).filter((id) => ids(base).includes(id));
  return shared.length === 0 ? [] : [`Run ${shared.join(", ")} is on both sides.`];
}

/** @throws USAGE */
export function maxRegressionOf(text: string): number {
  const ratio = text.includes("%") ? parseRatio(text) : undefined;
  if (ratio !== undefined && ratio >= 0.01 && ratio <= 1) return ratio;
  throw new PlimsollError("USAGE", `--max-regression ${text}: a percentage from 1% to 100% is wanted`, {
    hint: "Such as --max-regression 10%.",
  });
}
