import type { Buckets } from "../records/second.ts";

/** Requests due in one slot of SLOT_MS; instants are on the phase clock. */
export interface SlotStats {
  readonly due: number;
  readonly completed: number;
  readonly failed: number;
  readonly response: Buckets;
  readonly failedResponse: Buckets;
  readonly censored: Buckets;
  /** Exact bad counts by index in `plan.limitsMs`. */
  readonly over: readonly number[];
}
