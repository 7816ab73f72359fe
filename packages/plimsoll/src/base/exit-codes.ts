/** The exit statuses of every command; the table users see is `docs/errors.md`. */
export const EXIT = {
  pass: 0,
  thresholdFailed: 1,
  usage: 2,
  inconclusive: 3,
  targetNotReady: 4,
  targetRefused: 5,
  internal: 70,
  sigint: 130,
  sigterm: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
