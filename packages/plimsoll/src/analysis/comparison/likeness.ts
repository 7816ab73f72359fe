/** Whether two runs may be compared at all: like with like, or the reason why not. */
import { countFigure, instantFigure, rateFigure } from "../figure.ts";
import type { ComparedRun } from "./compared-run.ts";

/** How a run differs from another, apart from the build. */
export interface Unlikeness {
  /** The load was another, so that nothing can be told of the build; a sentence each. */
  readonly barring: readonly string[];
  /** The mix of tasks was another: single tasks can be compared, all requests together cannot. */
  readonly mix: string | undefined;
  /** May matter; a sentence each. */
  readonly warnings: readonly string[];
}

const SAME_LOAD = 0.01;

/** Of `next` against `base`. */
export function unlikeness(base: ComparedRun, next: ComparedRun): Unlikeness {
  return {
    barring: [...loadDifferences(base, next), ...[base, next].flatMap(steeredReason)],
    mix: mixDifference(base, next),
    warnings: [...courseDifferences(base, next), ...machineDifferences(base, next)],
  };
}

function loadDifferences({ profile: base }: ComparedRun, { profile: next }: ComparedRun): string[] {
  const [a, b] = [base.planned, next.planned];
  if (a.kind !== b.kind) return [`The load differs: ${kindOf(a.kind)} in BASE, ${kindOf(b.kind)} in NEW.`];
  const differences: string[] = [];
  if (isOther(a.users, b.users)) {
    differences.push(
      `The load differs: ${countFigure(a.users ?? 0)} users in BASE, ${countFigure(b.users ?? 0)} in NEW.`,
    );
  }
  if (isOther(a.ratePerSec, b.ratePerSec)) {
    const [from, to] = [rateFigure(a.ratePerSec ?? 0), rateFigure(b.ratePerSec ?? 0)];
    differences.push(`The load differs: ${from} in BASE, ${to} in NEW.`);
  }
  if (a.arrivals !== b.arrivals) {
    differences.push(`The arrivals differ: ${a.arrivals ?? "none"} in BASE, ${b.arrivals ?? "none"} in NEW.`);
  }
  if (a.kind === "closed" && (a.hasNoThink ?? false) !== (b.hasNoThink ?? false)) {
    differences.push("The load differs: users pause between requests on one side only.");
  }
  return differences;
}

function kindOf(kind: "closed" | "open"): string {
  return kind === "open" ? "an open loop" : "a closed loop";
}

function isOther(a: number | undefined, b: number | undefined): boolean {
  if (a === undefined || b === undefined) return a !== b;
  return Math.abs(a - b) > SAME_LOAD * Math.max(a, b);
}

function steeredReason({ run, profile }: ComparedRun): string[] {
  const phase = run.plan.phases.indexOf(profile.planned);
  return run.steers.some((steer) => steer.phase === phase) ? ["The load was changed by hand while a run went on."] : [];
}

function mixDifference({ run: base }: ComparedRun, { run: next }: ComparedRun): string | undefined {
  const [before, after] = [base, next].map(({ plan }) => new Map(plan.tasks.map(({ name, share }) => [name, share])));
  const names = new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])]);
  const other = [...names].filter((name) => isOther(before?.get(name), after?.get(name)));
  if (other.length === 0) return undefined;
  return `The mix of tasks differs (${other.join(", ")}), so all requests together cannot be compared.`;
}

function courseDifferences({ profile: base }: ComparedRun, { profile: next }: ComparedRun): string[] {
  const [a, b] = [base.planned, next.planned];
  if (a.plannedMs !== b.plannedMs) {
    const [from, to] = [instantFigure(a.plannedMs), instantFigure(b.plannedMs)];
    return [`The length differs: ${from} in BASE, ${to} in NEW; the part that both have is compared.`];
  }
  const isOtherShape = JSON.stringify(a.shape) !== JSON.stringify(b.shape);
  return isOtherShape ? ["The course of the load differs: what is compared was not asked at the same pace."] : [];
}

function machineDifferences({ run: base }: ComparedRun, { run: next }: ComparedRun): string[] {
  const [a, b] = [base.plan.environment, next.plan.environment];
  const differences: string[] = [];
  if (a.cpu !== b.cpu || a.cores !== b.cores || a.os !== b.os) {
    const [from, to] = [a, b].map(({ cpu, cores }) => `${cpu}, ${cores} cores`);
    differences.push(`The load came from another machine: ${from} in BASE, ${to} in NEW.`);
  }
  if (base.header.version !== next.header.version) {
    differences.push(`Plimsoll ${base.header.version} measured BASE, ${next.header.version} NEW.`);
  }
  return differences;
}
