/** How a request ended: `ok`, or one of the error kinds; the one vocabulary of every file and screen. */
export const ERROR_KINDS = [
  "connect-refused",
  "connect-timeout",
  "reset",
  "truncated",
  "protocol",
  "too-large",
  "tls",
  "dns",
  "timeout",
  "http-3xx",
  "http-4xx",
  "http-429",
  "http-5xx",
  "bad-body",
  "expectation",
  "stream-incomplete",
] as const;

export type ErrorKind = (typeof ERROR_KINDS)[number];
export type OutcomeKind = "ok" | ErrorKind;

/** Why the generator itself never sent an arrival: its own limit, never the target's failure. */
export const DROP_REASONS = ["connection-cap", "EMFILE", "EADDRNOTAVAIL"] as const;
export type DropReason = (typeof DROP_REASONS)[number];
