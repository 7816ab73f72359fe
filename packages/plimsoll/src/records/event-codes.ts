/**
 * What an `ev` record may tell of, by code (docs/errors.md, "Events"). Such a record never takes part in the counts; those
 * that begin with GENERATOR speak of us, never of the target.
 */
export const EVENT_CODES = {
  /** The whole generator stood still while its clock went on: stopped, or kept from every core. `data.durationMs`. */
  stalled: "GENERATOR_STALLED",
  /** The machine slept or was paused under us. `data.durationMs`. */
  suspended: "GENERATOR_SUSPENDED",
  /** Somebody set the wall clock; durations are not touched by it. `data.stepMs`, negative when set back. */
  clockStepped: "CLOCK_STEPPED",
  /** The plan comes near or beyond what this machine can open. */
  limit: "GENERATOR_LIMIT",
  /** A threshold with `abort` cannot be kept any more, so the run was ended. `data`: `expr`, `profile`, `task`, `why`. */
  abortedEarly: "ABORTED_EARLY",
  /** A step of a search was ended before its time, for the target's sake. */
  stepEnded: "STEP_ENDED",
  /** The target's own metrics were not to be had; told once. */
  observationFailed: "OBSERVATION_FAILED",
  /** A collector of metrics did not take them; told once. */
  otlpFailed: "OTLP_FAILED",
  /** Rows of single requests (`--raw`) were dropped, told once. */
  rawDropped: "RAW_ROWS_DROPPED",
  /** A search goes on that had been interrupted. */
  resumed: "RESUMED",
} as const;
