/** What the page shows of a search for the capacity (`find`). Plain JSON; ratios 0–1, latencies ms. */
import type { Verdict } from "../verdict/judgement.ts";

/** The load line with the evidence it was drawn from. */
export interface CapacityData {
  /** The answer in words: `holds 182 requests/s (90 % interval 171–190), limited by p95`. */
  readonly sentence: string;
  readonly by: "rate" | "users";
  /** What every load was held against, as written. */
  readonly promises: readonly string[];
  /** While it goes on: how long it still takes and what comes then, or before anything broke what to expect. */
  readonly outlook?: string;
  /** In requests per second, or users. */
  readonly value: number | undefined;
  /** Its interval; an end that the search did not find is absent. */
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly confidence: number;
  /** The promise that broke first, as written: `p95 < 500ms`. */
  readonly limitedBy: string | undefined;
  /** What the target does beyond: queues, sheds, times-out, collapses or absorbs. */
  readonly saturation?: string;
  /** In the order in which they were tried. */
  readonly steps: readonly CapacityStep[];
  /** The fitted share of bad requests, by rising load. */
  readonly curve: readonly { readonly load: number; readonly badRatio: number }[];
  /** Of users below, at and above the capacity, rising. */
  readonly levels: readonly CapacityLevel[];
  readonly scalability?: CapacityScalability;
}

/** One load that was tried. */
export interface CapacityStep {
  readonly name: string;
  readonly load: number;
  /** Which part of the search: `ramp`, `search`. */
  readonly phase: string;
  readonly badRatio: number;
  readonly allowedRatio: number;
  readonly isHeld: boolean;
  readonly isAborted: boolean;
  readonly requests: number;
}

/** One row of the table of levels. */
export interface CapacityLevel {
  /** Users, also where the search was for a rate. */
  readonly load: number;
  readonly throughputPerSec: number;
  readonly p50: number | undefined;
  readonly p95: number | undefined;
  readonly p99: number | undefined;
  readonly errorRatio: number | undefined;
  readonly verdict: Verdict;
}

/** How throughput grows with the users; loads are users, and only such as are well known. */
export interface CapacityScalability {
  readonly sentence: string;
  /** Where throughput stops following them, with its interval. */
  readonly knee?: { readonly load: number; readonly low: number; readonly high: number };
  /** Between which ends throughput is greatest, before it falls. */
  readonly peak?: { readonly low: number; readonly high: number };
}
