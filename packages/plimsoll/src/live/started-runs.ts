import type { StartListing } from "./live-event.ts";
import { PageError } from "./page-error.ts";
import type { StartedRun } from "./page-options.ts";

const MAX_KEPT = 20;

/** Runs that this server started, until they show up among the runs; those that never did are told with why. */
export class StartedRuns {
  readonly #started: StartedRun[] = [];
  #isBeginning = false;

  /** Starts one by `start`, whose failure is passed on. @throws PageError 409 when one is on its way already */
  async begin(start: () => Promise<StartedRun>): Promise<StartListing> {
    // The place is taken before anything is waited for: of two who ask at once, one is refused.
    if (this.#isBeginning || this.#isStarting) throw goesOn();
    this.#isBeginning = true;
    try {
      const run = await start();
      this.#started.unshift(run);
      this.#started.length = Math.min(this.#started.length, MAX_KEPT);
      return run.listing();
    } finally {
      this.#isBeginning = false;
    }
  }

  /** Newest first: those on their way, and those that never came to it. */
  list(): readonly StartListing[] {
    return this.#started.map((run) => run.listing()).filter(({ state }) => state !== "started");
  }

  /** Whether one has been started whose journal is not there yet. */
  get #isStarting(): boolean {
    return this.#started.some((run) => run.listing().state === "starting");
  }
}

/** Why nothing is started beside a run. */
export function goesOn(): PageError {
  return new PageError(409, "a run goes on already; two on one machine measure each other");
}
