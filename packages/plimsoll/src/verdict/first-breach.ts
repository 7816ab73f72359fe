/** What broke first: of the thresholds that fail, the one that was kept the shortest, with its instant and load. */

import { countOfFigure, instantFigure, rateFigure } from "../analysis/figure.ts";
import { AGGREGATED } from "../analysis/phase-totals.ts";
import { loadOf } from "../analysis/planned-load.ts";
import type { ProfileStats, RunStats } from "../analysis/run-stats.ts";
import type { FirstBreach, ThresholdJudgement } from "./judgement.ts";

/** A failed threshold whose instant is known. */
interface Broken {
  readonly judged: ThresholdJudgement;
  readonly profile: ProfileStats;
  /** On the phase clock. */
  readonly atMs: number;
}

/** The earliest on the run clock; those of the same half second are told together. Undefined where none can be told. */
export function firstBreachOf(
  stats: RunStats,
  judged: readonly ThresholdJudgement[],
): { readonly breach: FirstBreach; readonly judged: ThresholdJudgement } | undefined {
  const failed = judged.filter(({ verdict }) => verdict === "fail");
  const broken = failed.flatMap((one) => brokenOf(stats, one)).sort((a, b) => runMs(a) - runMs(b));
  const [first] = broken;
  if (first === undefined) return undefined;
  const together = broken.filter(({ profile, atMs }) => profile === first.profile && atMs === first.atMs);
  const { expr, profile, task, isBrokenFromStart } = first.judged;
  const load = loadAt(first);
  return {
    judged: first.judged,
    breach: {
      expr,
      profile,
      task,
      atMs: first.atMs,
      ...(isBrokenFromStart === undefined ? {} : { isFromStart: isBrokenFromStart }),
      ...load,
      sentence: sentenceOf({ together, failed, broken }, load),
    },
  };
}

function brokenOf({ profiles }: RunStats, judged: ThresholdJudgement): readonly Broken[] {
  const profile = profiles.find(({ name }) => name === judged.profile);
  const atMs = judged.brokeAtMs;
  return profile === undefined || atMs === undefined ? [] : [{ judged, profile, atMs }];
}

function runMs({ profile, atMs }: Broken): number {
  return profile.startedAtMs + atMs;
}

type Load = Pick<FirstBreach, "users" | "ratePerSec">;

/** Users as they were, a rate as it was planned. */
function loadAt({ profile: { planned, series }, atMs }: Broken): Load {
  if (planned.kind === "open") return { ratePerSec: loadOf(planned.shape)(atMs) };
  const users = series.findLast((second) => second.atMs <= atMs)?.users;
  return users === undefined ? {} : { users };
}

interface Told {
  readonly together: readonly Broken[];
  readonly failed: readonly ThresholdJudgement[];
  readonly broken: readonly Broken[];
}

/** `p95 < 500ms broke first, at 34 s in ramp_up, with 57 users.` */
function sentenceOf({ together, failed, broken }: Told, load: Load): string {
  const [first] = together;
  if (first === undefined) return "";
  const what = listText(together.map(({ judged }) => nameOf(judged)));
  const manner = failed.length > together.length ? " first," : together.length > 1 ? " together," : "";
  const start = first.judged.isBrokenFromStart === true ? ", as soon as it was judged" : "";
  const where = `at ${instantFigure(first.atMs)} in ${first.judged.profile}${start}${loadText(load)}`;
  return `${what} broke${manner} ${where}.${untoldText(failed.length - broken.length)}`;
}

function loadText({ users, ratePerSec }: Load): string {
  if (users !== undefined) return `, with ${countOfFigure(users, "user")}`;
  return ratePerSec === undefined ? "" : `, at ${rateFigure(ratePerSec)}`;
}

function untoldText(count: number): string {
  if (count === 0) return "";
  return count === 1
    ? " When the other broke cannot be told."
    : ` When ${countOfFigure(count, "other")} broke cannot be told.`;
}

/** With its task, unless the threshold itself names that. */
function nameOf({ expr, task }: ThresholdJudgement): string {
  return task === AGGREGATED || expr.includes(task) ? expr : `${expr} on ${task}`;
}

function listText(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}`;
}
