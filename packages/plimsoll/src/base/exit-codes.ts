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

/** Whether this is the code of a run that a signal ended. */
export function isInterrupted(exitCode: number): boolean {
  return exitCode === EXIT.sigint || exitCode === EXIT.sigterm;
}
