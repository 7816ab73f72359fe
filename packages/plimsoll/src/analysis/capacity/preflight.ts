import { wilsonInterval } from "../proportion.ts";
import type { CapacityOptions } from "./capacity-options.ts";
import type { CapacityStep } from "./capacity-step.ts";

/** Above this share of its limit an unloaded latency leaves no curve to find. */
const ILL_CONDITIONED_RATIO = 0.8;

/** The first step fails some promise by more than chance: the target is too slow already, or was still cold. */
export function failsUnloaded(step: CapacityStep, { slos }: CapacityOptions): boolean {
  return (
    step.observed.isAborted ||
    slos.some(({ allowedRatio }, slo) => {
      const { count, badCount } = step.observed.counts[slo]!;
      return wilsonInterval(badCount, count, 0.95).low > allowedRatio;
    })
  );
}

/** The steps that speak about the load: without a first one that was run again because it failed (a cold start). */
export function countedSteps(history: readonly CapacityStep[]): readonly CapacityStep[] {
  const [first, second] = history;
  const isRepeated = first?.planned.phase === "ramp" && second?.planned.phase === "ramp";
  return isRepeated && first?.planned.load === second?.planned.load ? history.slice(1) : history;
}

/** Promises whose limit the target nearly reaches without load, so that no method can tell where they break. */
export function illConditionedSlos(history: readonly CapacityStep[], { slos }: CapacityOptions): readonly string[] {
  const counts = countedSteps(history)[0]?.observed.counts ?? [];
  return slos.flatMap(({ name, limitMs }, slo) => {
    const quantileMs = counts[slo]?.quantileMs;
    const isIll = limitMs !== undefined && quantileMs !== undefined && quantileMs > ILL_CONDITIONED_RATIO * limitMs;
    return isIll ? [name] : [];
  });
}
