import { availableParallelism } from "node:os";
import { calm } from "../support/fit-run.ts";
import { isLong } from "./lane.ts";

const TRIES = 6;
/** With fewer cores than these, generator, target and all else share them. */
const ENOUGH_CORES = 4;

const MAY_LEAVE_OUT = mayBeLeftOut({ isLongLane: isLong, coreCount: availableParallelism() });

/** What a run says of its generator. */
export interface Judged {
  readonly measured: {
    readonly generator: {
      readonly health: string;
      readonly reasons: readonly string[];
      readonly eventLoopDelayMs?: { readonly max: number };
    };
  };
}

/** The test that measures: a `TestContext`. */
export interface Skippable {
  readonly task: { readonly name: string };
  skip(why: string): never;
}

export interface Fitness {
  /** `ok` alone when not given. */
  readonly isFit?: (health: string) => boolean;
  /** A run is as good as unfit whose generator says that its loop once stood still for longer. */
  readonly mostDelayMs?: number;
  /** A test that never found the machine quiet is left out rather than failed. */
  readonly mayLeaveOut?: boolean;
  /** Waits for the machine to calm down; after each try but a fit one. */
  readonly rest?: () => Promise<void>;
}

/** Nothing may be, where the cores suffice or the whole suite was asked for: there the machine is somebody's to mind. */
export function mayBeLeftOut({ isLongLane, coreCount }: { isLongLane: boolean; coreCount: number }): boolean {
  return !isLongLane && coreCount < ENOUGH_CORES;
}

/**
 * Measures until the generator was fit, at most six times, with a wait for calm in between: a machine that is busy with
 * something else spoils a run, and the run says so. Only that is tried again, never a wrong figure: what `measureOnce`
 * throws is thrown. Where it is never fit the test fails; in the short lane on fewer than four cores it is left out,
 * which is printed, counted and named at the end of `npm test`.
 */
export async function untilFit<T extends Judged>(
  context: Skippable,
  measureOnce: () => Promise<T>,
  fitness: Fitness = {},
): Promise<T & { readonly tries: number }> {
  const { isFit = (health) => health === "ok", mayLeaveOut = MAY_LEAVE_OUT, rest = calm } = fitness;
  const { mostDelayMs = Number.POSITIVE_INFINITY } = fitness;
  const reasons: string[] = [];
  for (let tries = 1; tries <= TRIES; tries++) {
    const result = await measureOnce();
    const { generator } = result.measured;
    const delayMs = generator.eventLoopDelayMs?.max ?? 0;
    if (isFit(generator.health) && delayMs <= mostDelayMs) return { ...result, tries };
    reasons.push(...generator.reasons.slice(0, 1));
    if (delayMs > mostDelayMs) reasons.push(`Its loop stood still for ${delayMs.toFixed(0)} ms.`);
    await rest();
  }
  return giveUp(context, `the generator was unfit ${TRIES} times: ${reasons.join(" ")}`, mayLeaveOut);
}

/** Fails the test, or leaves it out loudly where that may be. */
export function giveUp(context: Skippable, why: string, mayLeaveOut = MAY_LEAVE_OUT): never {
  if (!mayLeaveOut) throw new Error(why);
  process.stderr.write(`\n!! Left out: "${context.task.name}": ${why} It needs ${ENOUGH_CORES} quiet cores.\n\n`);
  return context.skip(why);
}
