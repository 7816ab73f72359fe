import { runFold } from "../analysis/run-fold.ts";
import type { RunStats } from "../analysis/run-stats.ts";
import type { RecordSink } from "../fleet/coordinator.ts";
import type { Journal } from "../records/journal-file.ts";
import type { EventRecord, HeaderRecord, JournalRecord, ObservedRecord } from "../records/record.ts";

/** The journal of a run and the fold of what went into it, kept in step, so that live and read back are the same. */
export class RunRecorder implements RecordSink {
  readonly #journal: Journal;
  #state: ReturnType<typeof runFold.init>;
  #isFinished = false;

  constructor(journal: Journal, header: HeaderRecord) {
    this.#journal = journal;
    this.#state = runFold.step(runFold.init(), header);
  }

  append(record: JournalRecord): void {
    this.#state = runFold.step(this.#state, record);
    this.#journal.append(record);
  }

  async appendDurable(record: JournalRecord): Promise<void> {
    if (record.k === "fin") this.#isFinished = true;
    this.#state = runFold.step(this.#state, record);
    await this.#journal.appendDurable(record);
  }

  /** What is told beside the load; nothing follows the end of the run. */
  tell(record: EventRecord | ObservedRecord): void {
    if (!this.#isFinished) this.append(record);
  }

  /** For this run's own summary only: what the journal can no longer hold. */
  note(record: JournalRecord): void {
    this.#state = runFold.step(this.#state, record);
  }

  /** As things stand now; may be asked for at any time. */
  stats(): RunStats {
    return runFold.done(this.#state);
  }
}
