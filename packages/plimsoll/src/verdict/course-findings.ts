/** Findings on the course of a phase: whether it drowns or creeps, how it took its spike, whether our own books agree. */
import { countFigure, countOfFigure, instantFigure, msFigure, rateFigure, ratioFigure } from "../analysis/figure.ts";
import { driftPace } from "../analysis/profile-drift.ts";
import type { ProfileDrift, ProfileSpike, ProfileStats, UserSpike } from "../analysis/run-stats.ts";
import { driftSentence } from "./assess-drift.ts";
import { drainNote, recoverySentence } from "./assess-recovery.ts";
import type { Finding } from "./judgement.ts";

export function courseFindings(profile: ProfileStats): readonly Finding[] {
  return [
    ...unstableFindings(profile),
    ...driftFindings(profile),
    ...spikeFindings(profile),
    ...userSpikeFindings(profile),
    ...booksFindings(profile),
  ];
}

function unstableFindings({ name, steady, planned }: ProfileStats): readonly Finding[] {
  if (steady?.verdict !== "unstable") return [];
  const { offeredPerSec, endedPerSec, growth, low, high, fromMs, toMs } = steady;
  const span = `(${countFigure(low)} to ${countFigure(high)}) in flight after ${instantFigure(toMs - fromMs)}`;
  const rise = `${countOfFigure(growth, "more request")} ${span}.`;
  const message =
    planned.kind === "open"
      ? `Requests came faster than they were answered, ${rateFigure(offeredPerSec)} against ${rateFigure(endedPerSec)}: ${rise} ` +
        "The target does not hold this load, or had not warmed up; its response times depend on how long it was asked."
      : `More and more users wait for an answer: ${rise}`;
  return [{ code: "unstable", level: "warning", profile: name, task: undefined, fromMs, toMs, message }];
}

function driftFindings(profile: ProfileStats): readonly Finding[] {
  const { drift } = profile;
  if (drift === undefined || drift.verdict === "stable") return [];
  const span = { profile: profile.name, task: undefined, fromMs: drift.fromMs, toMs: drift.toMs };
  if (drift.verdict === "inconclusive") {
    const message = `Whether response times creep cannot be told: ${driftSentence(drift)}; run twice as long.`;
    return [{ code: "drift-unknown", level: "info", ...span, message }];
  }
  const message = `Response times drift: ${driftSentence(drift)}${paceOf(drift)}`;
  return [{ code: "drift", level: "warning", ...span, message }];
}

/** An even rise has a slope; a step has none, and another cause. */
function paceOf(drift: ProfileDrift): string {
  if (drift.shape === "step")
    return ". Something changed then: look for a restart, a neighbour, a cache that filled up.";
  const { perMinRatio, perMinLow, perMinHigh } = driftPace(drift);
  const span = `${ratioFigure(perMinLow)} to ${ratioFigure(perMinHigh)}`;
  return `: ${ratioFigure(perMinRatio)} a minute (${span}). Look for what grows: memory, a queue, a cache, a table.`;
}

const CLASS_SENTENCE = {
  queues: "it queues",
  sheds: "it sheds load",
  "times-out": "requests time out",
  collapses: "it collapses",
  absorbs: "it absorbs it",
} as const satisfies Record<NonNullable<ProfileSpike["class"]>, string>;

function spikeFindings(profile: ProfileStats): readonly Finding[] {
  const { spike } = profile;
  if (spike === undefined) return [];
  const { fromMs, toMs, recovery } = spike;
  const does = spike.class === undefined ? "what the target does with it is not settled" : CLASS_SENTENCE[spike.class];
  const facts = `${countOfFigure(spike.peakInFlight, "request")} in flight at most, ${ratioFigure(spike.shedRatio)} shed`;
  const message = `Under the spike ${does}: ${facts}. ${recoverySentence(spike)}${drainNote(spike)}.`;
  const isCalm = recovery.kind === "recovered" && (spike.class === "absorbs" || spike.class === "queues");
  const level = isCalm || recovery.kind === "inconclusive" ? "info" : "warning";
  return [{ code: "spike", level, profile: profile.name, task: undefined, fromMs, toMs, message }];
}

const ANSWER_SENTENCE = {
  waits: "they wait",
  sheds: "the target sheds load",
  "times-out": "requests time out",
  errs: "requests fail",
} as const satisfies Record<NonNullable<UserSpike["answer"]>, string>;

/** Without a class and a recovery: users wait instead of queueing, and there was no load before to come back to. */
function userSpikeFindings({ name, durationMs, userSpike }: ProfileStats): readonly Finding[] {
  if (userSpike === undefined) return [];
  const { users, answer, answerMedianMs, peakInFlight, shedRatio, timeoutRatio, errorRatio } = userSpike;
  const does = answer === undefined ? "what the target does with them is not settled" : ANSWER_SENTENCE[answer];
  const half =
    answerMedianMs === undefined ? "none answered" : `half of the answers within ${msFigure(answerMedianMs)}`;
  const other = errorRatio === 0 ? "" : `, ${ratioFigure(errorRatio)} failed otherwise`;
  const losses = `${ratioFigure(shedRatio)} shed, ${ratioFigure(timeoutRatio)} timed out${other}`;
  const message = `With ${countOfFigure(users, "user")} at once ${does}: ${countOfFigure(peakInFlight, "request")} in flight at most, ${half}, ${losses}.`;
  const level = answer === "waits" || answer === undefined ? "info" : "warning";
  return [{ code: "spike", level, profile: name, task: undefined, fromMs: 0, toMs: durationMs, message }];
}

function booksFindings(profile: ProfileStats): readonly Finding[] {
  const { books } = profile;
  if (books?.verdict !== "unbalanced" || books.ratio === undefined) return [];
  const message =
    `Our own books disagree: throughput × ${books.ratio < 0 ? "response" : "service"} time is ` +
    `${ratioFigure(Math.abs(books.ratio))} ${books.ratio < 0 ? "below" : "above"} the requests in flight (Little's law), up to ${instantFigure(profile.durationMs)}; ` +
    "requests were lost or a clock is wrong.";
  return [
    {
      code: "books",
      level: "error",
      profile: profile.name,
      task: undefined,
      fromMs: 0,
      toMs: profile.durationMs,
      message,
    },
  ];
}
