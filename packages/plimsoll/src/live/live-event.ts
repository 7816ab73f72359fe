/**
 * What the stream of a run sends (`GET /api/runs/:id/events`). Every event's id is the number of the last journal
 * record in it. The page holds one document: `snapshot` brings it whole, each `patch` brings what changed since the
 * event before (`applyPatch`), `end` brings it as it stays.
 */
import type { SteerRecord } from "../records/record.ts";
import type { ComparisonData } from "../report/html-comparison.ts";
import type { ReportData } from "../report/html-data.ts";
import type { LiveModel, LiveProfile } from "../report/live-model.ts";
import type { JsonPatch } from "./json-patch.ts";

/** All a page shows of one run, live or long over. */
export interface LiveDocument {
  readonly schema: "plimsoll.live/1";
  readonly id: string;
  readonly state: RunState;
  /** What the report shows; while the run goes its judgement is what the thresholds say so far. */
  readonly data: ReportData;
  /** Who changed the load to what, and when, in order. */
  readonly steers: readonly SteerNote[];
  /** False for a search and for a comparison of two targets: they set their load themselves, and can only be stopped. */
  readonly isSteerable: boolean;
  /** The profile under way, for the figures on top; absent until one starts and when the run is over. */
  readonly now?: LiveNow;
}

/** `what` is `{users}`, `{ratePerSec}`, `{paused: true}` or `{resumed: true}`; `atMs` is on the run clock. */
export type SteerNote = Pick<SteerRecord, "phase" | "atMs" | "who" | "what">;

/**
 * `starting`: no load yet; `lost`: nobody writes the journal and it has no end, as after a kill; `removed`: its folder
 * was taken away while it went on, which ends it.
 */
export type RunState = "starting" | "running" | "ended" | "lost" | "removed";

/** The last ten seconds of the profile under way; see `LiveProfile` for each field. */
export interface LiveNow extends Omit<LiveProfile, "p95History" | "requestsHistory" | "tasks" | "generator"> {
  /** Somebody holds it back. */
  readonly isPaused: boolean;
  /** End of the last second known, on the run clock. */
  readonly atMs: number;
  readonly upcoming: LiveModel["upcoming"];
}

/** The events by name, as `data` holds them in JSON. */
export interface LiveEvents {
  readonly snapshot: { readonly n: number; readonly document: LiveDocument };
  /** Applies to the document as it was after event `after`. */
  readonly patch: { readonly n: number; readonly after: number; readonly patch: JsonPatch };
  /** The document as it stays; nothing follows. The result files are there, or will be in a moment. */
  readonly end: { readonly n: number; readonly document: LiveDocument };
}

/** One run in the list. */
export interface RunListing {
  readonly id: string;
  /** Below the listed folder, with `/`; empty for the folder itself. */
  readonly folder: string;
  /** `unreadable`: there is a journal, but no version of it that this program reads. */
  readonly state: RunState | "unreadable";
  /** `search`: of `plimsoll find`, whose profiles are its steps. */
  readonly kind: "run" | "search";
  readonly name: string;
  readonly target: string;
  readonly profiles: readonly string[];
  readonly command: string;
  /** ISO; when its load began, as its own page has it; before that, when its folder was taken. */
  readonly startedAt: string;
  /** From its first load to its end; absent while it goes on and where its end is lost. */
  readonly durationMs?: number;
  /** In the list alone, of a run that goes on: what it measures. */
  readonly now?: LiveNow;
  readonly verdict?: "pass" | "fail" | "inconclusive";
  readonly exitCode?: number;
  /** Its journal lost records, so that its verdict does not stand. */
  readonly isDamaged?: boolean;
  /** Of `find`, as `summary.json` has it. */
  readonly capacity?: { readonly by: string; readonly value: number; readonly low?: number; readonly high?: number };
  /** Of its journal. */
  readonly bytes: number;
}

/** `GET /api/runs`. */
export interface RunList {
  readonly runs: readonly RunListing[];
  /** Runs that the page started and that are not among the runs: not yet, never, or not any more. */
  readonly starts: readonly StartListing[];
  /** Set when there were more folders than are looked at. */
  readonly isCut: boolean;
}

export interface StartListing {
  readonly folder: string;
  readonly spec: string;
  readonly profile: string;
  readonly startedAt: string;
  /**
   * `started`: its journal is there, so that it is among the runs; `failed`: it never began; `ending`: its folder was
   * removed while it went on, so that it ends itself; `removed`: it has done so.
   */
  readonly state: "starting" | "started" | "failed" | "ending" | "removed";
  /** What it printed before it gave up. */
  readonly message?: string;
  readonly exitCode?: number;
}

/** `GET /api/runs/:id`. */
export interface RunDetail {
  readonly run: RunListing;
  readonly document: LiveDocument;
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
}

/** `GET /api/specs`: what can be started. */
export interface SpecListing {
  readonly file: string;
  readonly name: string;
  readonly target: string;
  readonly profiles: readonly SpecProfile[];
  /** Why it cannot be run; then it has no profiles. */
  readonly problems?: readonly string[];
}

export interface SpecProfile {
  readonly name: string;
  readonly kind: "closed" | "open";
  readonly durationMs: number;
  readonly users?: number;
  readonly spawnPerSec?: number;
  readonly ratePerSec?: number;
  /** False for a profile of several stages, whose numbers are not edited here. */
  readonly isEditable: boolean;
}

/** `GET /api/compare?base=ID&new=ID`: is the second worse? As `plimsoll compare` tells it. */
export interface ComparedRuns {
  readonly base: RunListing;
  readonly new: RunListing;
  readonly comparison: ComparisonData;
}

/** Body of every refusal. */
export interface ErrorBody {
  readonly error: {
    readonly code: string;
    readonly message: string;
    /** What to do next. */
    readonly hint?: string;
    readonly problems?: readonly string[];
  };
}
