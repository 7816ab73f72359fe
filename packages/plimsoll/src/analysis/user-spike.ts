/** What a target did with users who all came at once: made them wait, sent them away, or let them time out. */
import type { PlannedPhase } from "../records/record.ts";
import { shareInterval } from "./batch-means.ts";
import { BucketSum } from "./bucket-sum.ts";
import { timedOutCountOf } from "./error-counts.ts";
import { greatestLoadUntil } from "./planned-load.ts";
import { isSpike } from "./planned-shape.ts";
import type { SecondPoint, TaskStats, UserSpike } from "./run-stats.ts";
import { LOSS_RATIO } from "./saturation-class.ts";

export interface UserSpikeEvidence {
  readonly planned: PlannedPhase;
  readonly series: readonly SecondPoint[];
  /** Of all tasks. */
  readonly all: TaskStats;
}

type Loss = Exclude<UserSpike["answer"], "waits" | undefined>;

/**
 * Shares are of all requests that ended, those of the drain too. An answer is told when its share is surely 1 % or more,
 * `waits` when all losses together are surely less.
 * @returns undefined for a phase that is no such spike, and for one in which nothing was sent
 */
export function userSpike({ planned, series, all }: UserSpikeEvidence): UserSpike | undefined {
  if (!isSpike(planned) || all.arrivals.sent === 0) return undefined;
  const lostBy: Readonly<Record<Loss, (point: SecondPoint) => number>> = {
    sheds: ({ shed = 0 }) => shed,
    "times-out": ({ errors }) => timedOutCountOf(errors),
    errs: ({ failed, shed = 0, errors }) => failed - shed - timedOutCountOf(errors),
  };
  const ratioOf = (loss: Loss): number =>
    all.requests === 0 ? 0 : series.reduce((sum, point) => sum + lostBy[loss](point), 0) / all.requests;
  const ratios = { sheds: ratioOf("sheds"), "times-out": ratioOf("times-out"), errs: ratioOf("errs") };
  const [greatest] = LOSSES.filter((loss) => lossInterval(series, lostBy[loss]).low >= LOSS_RATIO).sort(
    (a, b) => ratios[b] - ratios[a],
  );
  const isHeld = lossInterval(series, ({ failed }) => failed).high < LOSS_RATIO;
  return {
    users: greatestLoadUntil(planned.shape, planned.plannedMs),
    peakInFlight: Math.max(0, ...series.map(({ inFlight }) => inFlight)),
    answerMedianMs: answerMedianMs(all),
    shedRatio: ratios.sheds,
    timeoutRatio: ratios["times-out"],
    errorRatio: ratios.errs,
    answer: greatest ?? (isHeld ? "waits" : undefined),
  };
}

/** Not of those that were sent away: they are gone in no time. */
function answerMedianMs({ slots }: TaskStats): number | undefined {
  const answers = new BucketSum();
  for (const { response } of slots) answers.add(response);
  const us = answers.valueAtRankUs(Math.max(1, Math.ceil(answers.count / 2)));
  return us === undefined ? undefined : us / 1000;
}

const LOSSES: readonly Loss[] = ["sheds", "times-out", "errs"];

function lossInterval(series: readonly SecondPoint[], lost: (point: SecondPoint) => number) {
  return shareInterval(series.map((point) => ({ sum: lost(point), count: point.completed + point.failed })));
}
