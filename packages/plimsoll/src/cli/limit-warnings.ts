import { PlimsollError } from "../base/errors.ts";
import type { ConnectionCap } from "../engine/engine-context.ts";
import { describePhase } from "../fleet/plan-record.ts";
import { EVENT_CODES } from "../records/event-codes.ts";
import type { EventRecord } from "../records/record.ts";
import { wrapText } from "../report/text-table.ts";
import type { Spec } from "../spec/spec.ts";
import { unjudgeableThresholds } from "../verdict/unjudgeable.ts";
import { connectionCapOf, limitFaults, type Place } from "./connection-limits.ts";
import type { Console } from "./console.ts";
import { readKnownCeiling } from "./doctor/doctor-file.ts";
import { readMachineLimits } from "./doctor/read-limits.ts";
import { ceilingFaults, unmeasuredNote, type Wire } from "./load-limits.ts";

/** What is to run from here, and on how much. */
export interface Plans extends Omit<Place, "limits"> {
  readonly spec: Spec;
  readonly wire: Wire;
  /** Nobody has a connection of their own, so that neither files nor ports limit how many there are. */
  readonly areSocketsShared?: boolean | undefined;
}

/** Told before load begins, and kept in the journal. @throws GENERATOR_LIMIT for what cannot be as planned */
export function warnOfLimits(plans: Plans, console: Console): readonly EventRecord[] {
  const { spec, threads } = plans;
  const limits = readMachineLimits();
  const faults = plans.areSocketsShared === true ? [] : limitFaults(spec, { ...plans, limits });
  const impossible = faults.find(({ kind }) => kind === "impossible");
  if (impossible !== undefined)
    throw new PlimsollError("GENERATOR_LIMIT", impossible.message, { hint: impossible.hint });
  const ceiling = readKnownCeiling(process.env, limits, threads);
  const unmeasured = ceiling === undefined ? unmeasuredNote(spec, threads) : undefined;
  if (unmeasured !== undefined) tell(console, `note: ${unmeasured}`);
  const near = ceiling === undefined ? [] : ceilingFaults(spec, ceiling, plans.wire);
  return [...faults, ...near].map(({ message, hint }) => {
    tell(console, `warning: ${message}. ${hint}`);
    return { k: "ev", code: EVENT_CODES.limit, level: "warning", atMs: 0, message: `${message}. ${hint}` };
  });
}

/** Tells, before load begins, of thresholds that the plan leaves no chance to be judged; a report tells of them, too. */
export function warnOfThresholds(spec: Spec, console: Console): void {
  const { thresholds, profiles } = spec;
  // Counting the arrivals of a plan takes its time, so only of profiles that are asked about.
  const asked = thresholds.filter(({ metric: { kind } }) => kind === "drift" || kind === "recovery");
  const phases = profiles.flatMap((profile, index) =>
    asked.some((threshold) => threshold.profile === undefined || threshold.profile === profile.name)
      ? [describePhase(spec, profile, { seed: 0, index })]
      : [],
  );
  for (const { message } of unjudgeableThresholds(asked, phases)) tell(console, `warning: ${message}`);
}

/** As many as the spec says, or as this process may open. */
export function connectionCapHere({
  spec,
  threads,
  areSocketsShared,
}: Omit<Plans, "addressCount" | "wire">): ConnectionCap {
  const openFiles = areSocketsShared === true ? undefined : readMachineLimits().openFiles;
  return connectionCapOf(spec, { openFiles, threads });
}

function tell(console: Console, text: string): void {
  const [first = "", ...more] = wrapText(text, console.columns - 2);
  console.note(`${[first, ...more.map((line) => `  ${line}`)].join("\n")}\n`);
}
