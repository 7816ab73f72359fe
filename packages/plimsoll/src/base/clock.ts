/** A monotonic clock; the run clock counts ms from the start of the run. */
export interface Clock {
  nowMs(): number;
}
