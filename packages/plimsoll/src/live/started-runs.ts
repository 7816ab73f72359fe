import type { StartListing } from "./live-event.ts";
import { PageError } from "./page-error.ts";
import type { StartedRun } from "./page-options.ts";

const MAX_KEPT = 20;

/** Runs that this server started, until they show up among the runs; those that do not are told with why. */
export class StartedRuns {
  readonly #started: StartedRun[] = [];
  #isBeginning = false;

  /** Starts one by `start`, whose failure is passed on. @throws PageError 409 when one is on its way already */
  async begin(start: () => Promise<StartedRun>): Promise<StartListing> {
    // The place is taken before anything is waited for: of two who ask at once, one is refused.
    if (this.#isBeginning || this.#isBusy) throw goesOn();
    this.#isBeginning = true;
    for (const { folder } of this.list()) this.forget(folder);
    try {
      const run = await start();
      this.#started.unshift(run);
      this.#started.length = Math.min(this.#started.length, MAX_KEPT);
      return run.listing();
    } finally {
      this.#isBeginning = false;
    }
  }

  /** Newest first: those on their way, those that never came to it, and those whose folder was removed. */
  list(): readonly StartListing[] {
    return this.#started.map((run) => run.listing()).filter(({ state }) => state !== "started");
  }

  /** Tells no more of one that is over. @returns whether there was one to forget */
  forget(folder: string): boolean {
    const at = this.#started.findIndex((run) => {
      const { folder: its, state } = run.listing();
      return its === folder && (state === "failed" || state === "removed");
    });
    if (at >= 0) this.#started.splice(at, 1);
    return at >= 0;
  }

  /** Whether one goes on that is not among the runs: its journal is not there yet, or not any more. */
  get #isBusy(): boolean {
    return this.list().some(({ state }) => state === "starting" || state === "ending");
  }
}

/** Why nothing is started beside a run. */
export function goesOn(): PageError {
  return new PageError(409, "a run goes on already; two on one machine measure each other");
}
