/** `--replay`: what a journal says was run, changes by hand included, to be run again. */

import { PlimsollError } from "../base/errors.ts";
import { formatCount } from "../base/format-number.ts";
import { steeredProfiles } from "../fleet/steered-profiles.ts";
import { openJournal } from "../records/journal-file.ts";
import type { HeaderRecord, PlanRecord, SteerRecord } from "../records/record.ts";
import { readKeptSpec } from "../spec/kept-spec.ts";
import { secretValues } from "../spec/secrets.ts";
import type { Spec } from "../spec/spec.ts";
import { journalSpec } from "./journal-spec.ts";
import { refuseOtherFolder } from "./read-model.ts";

export interface ReplayedRun {
  /** The spec with the load of the run. */
  readonly spec: Spec;
  readonly seed: number;
  /** Says which run it is. */
  readonly note: string;
}

const AS_IT_WAS = 'Give the spec and the options that it was run with: its report has them under "To run it again".';

/**
 * The run in `path` with the tasks of this spec, which must be its own.
 * @throws USAGE RESULT_UNREADABLE
 */
export async function readReplayedRun(path: string, spec: Spec, seed: number | undefined): Promise<ReplayedRun> {
  const { header, plan, steers } = await readSteered(path);
  if (seed !== undefined && seed !== plan.seed)
    throw new PlimsollError("USAGE", `the run in ${path} had the seed ${plan.seed}, not ${seed}`, {
      hint: `Is it that run? Earlier ones are moved to ${path}/runs/. Without --seed its own is taken.`,
    });
  const kept = readKeptSpec(plan.spec);
  const profiles = kept === undefined ? undefined : steeredProfiles(kept.profiles, steers);
  if (kept === undefined || profiles === undefined)
    throw new PlimsollError(
      "RESULT_UNREADABLE",
      `the journal in ${path} does not tell its load well enough to run it again`,
    );
  const given = readKeptSpec(journalSpec(spec, secretValues(spec, process.env)));
  if (given?.tasks !== kept.tasks || given.data !== kept.data)
    throw new PlimsollError("USAGE", `the run in ${path} had other tasks or other data than this spec`, {
      hint: AS_IT_WAS,
    });
  const [names, ownNames] = [spec.profiles, profiles].map((list) => list.map(({ name }) => name).join(", "));
  if (names !== ownNames)
    throw new PlimsollError("USAGE", `the run in ${path} was of ${ownNames}, not of ${names}`, { hint: AS_IT_WAS });
  const changes = steers.length === 1 ? "1 change" : `${formatCount(steers.length)} changes`;
  const told = steers.length === 0 ? "nobody changed its load" : `with ${changes} made by hand`;
  return {
    spec: { ...spec, profiles },
    seed: plan.seed,
    note: `runs ${header.run} again: seed ${plan.seed}, ${told}\n`,
  };
}

interface SteeredRun {
  readonly header: HeaderRecord;
  readonly plan: PlanRecord;
  readonly steers: readonly SteerRecord[];
}

/** @throws RESULT_UNREADABLE, USAGE for what decides on its load itself */
async function readSteered(path: string): Promise<SteeredRun> {
  refuseOtherFolder(path);
  let header: HeaderRecord | undefined;
  let plan: PlanRecord | undefined;
  const steers: SteerRecord[] = [];
  let isInSteps = false;
  for await (const record of (await openJournal(path)).records) {
    if (record.k === "hdr") header ??= record;
    else if (record.k === "plan") plan ??= record;
    else if (record.k === "steer") steers.push(record);
    else if (record.k === "step") isInSteps = true;
  }
  if (header === undefined || plan === undefined)
    throw new PlimsollError(
      "RESULT_UNREADABLE",
      `the journal in ${path} holds no plan, so there is nothing to run again`,
    );
  if (isInSteps || plan.search !== undefined)
    throw new PlimsollError(
      "USAGE",
      `what lies in ${path} is a search or a comparison, which decides on its load as it goes`,
      {
        hint: "Give the same command with its --seed instead.",
      },
    );
  return { header, plan, steers };
}
