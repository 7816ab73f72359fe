import type { StepRecord } from "../../records/record.ts";
import type { ProfileStats } from "../run-stats.ts";

/** A phase of a search with the record that announced it. */
export interface StepRun {
  readonly record: StepRecord;
  readonly profile: ProfileStats;
}
