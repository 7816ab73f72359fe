import type { RunStats } from "../analysis/run-stats.ts";
import type { RunControl } from "../fleet/run-spec.ts";
import type { EventRecord, ObservedRecord, PlanRecord } from "../records/record.ts";

/** Sees a run while it goes: a screen, a log, whoever asks the target beside it. */
export interface RunWatch {
  start(facts: RunningFacts): void;
  stop(): void;
}

export interface RunningFacts {
  readonly plan: PlanRecord;
  readonly control: RunControl;
  readonly stats: () => RunStats;
  /** Into the journal, beside the load; after the run's end it goes nowhere. */
  readonly tell: (record: EventRecord | ObservedRecord) => void;
}

/** Both watch, the first first. */
export function together(watch: RunWatch, other: RunWatch | undefined): RunWatch {
  if (other === undefined) return watch;
  return {
    start: (facts) => {
      watch.start(facts);
      other.start(facts);
    },
    stop: () => {
      watch.stop();
      other.stop();
    },
  };
}
