/** What the page's server is made of: all that it cannot do itself is handed in by the cli. */

import type { ComparisonData } from "../report/html-comparison.ts";
import type { SpecListing, StartListing } from "./live-event.ts";
import type { StartOrder } from "./orders.ts";
import type { PageLimits } from "./page-limits.ts";
import type { Judge } from "./run-feed.ts";
import type { IsResultFile } from "./run-files.ts";

/** The built page: a script and its style. */
export interface LiveUi {
  readonly script: string;
  readonly css: string;
}

/** A run on its way: where it will write, and what becomes of it. */
export interface StartedRun {
  readonly listing: () => StartListing;
}

/** A run that is compared: its folder, and what it is called in sentences. */
export interface ComparedFolder {
  readonly dir: string;
  readonly name: string;
}

export interface PageOptions {
  /** The folder whose runs are shown. */
  readonly dir: string;
  readonly ui: LiveUi;
  readonly judge: Judge;
  readonly isResultFile: IsResultFile;
  readonly listSpecs: () => Promise<readonly SpecListing[]>;
  /** Is `next` worse than `base`? @throws RESULT_UNREADABLE USAGE */
  readonly compare: (base: ComparedFolder, next: ComparedFolder) => Promise<ComparisonData>;
  /** Where they are not the usual ones (`PAGE_LIMITS`). */
  readonly limits?: Partial<PageLimits>;
  /** Starts a run of its own that outlives this server. @throws SPEC_INVALID SPEC_UNREADABLE USAGE */
  readonly startRun: (order: StartOrder) => Promise<StartedRun>;
}
