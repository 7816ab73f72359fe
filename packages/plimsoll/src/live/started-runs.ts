import type { StartListing } from "./live-event.ts";
import type { StartedRun } from "./page-options.ts";

const MAX_KEPT = 20;

/** Runs that this server started, until they show up among the runs; those that never did are told with why. */
export class StartedRuns {
  readonly #started: StartedRun[] = [];

  /** Whether one has been started whose journal is not there yet. */
  get isStarting(): boolean {
    return this.#started.some((run) => run.listing().state === "starting");
  }

  add(run: StartedRun): StartListing {
    this.#started.unshift(run);
    this.#started.length = Math.min(this.#started.length, MAX_KEPT);
    return run.listing();
  }

  /** Newest first: those on their way, and those that never came to it. */
  list(): readonly StartListing[] {
    return this.#started.map((run) => run.listing()).filter(({ state }) => state !== "started");
  }
}
