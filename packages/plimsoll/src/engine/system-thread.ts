import { readlinkSync } from "node:fs";

/** The calling thread's number in the system, under which its counters stand; undefined where there is no such. */
export function systemThreadId(): number | undefined {
  try {
    return parseThreadLink(readlinkSync("/proc/thread-self"));
  } catch {
    return undefined;
  }
}

/** `/proc/thread-self` is a link to `PID/task/TID`. */
export function parseThreadLink(link: string): number | undefined {
  const match = /\/task\/(\d+)$/.exec(link);
  return match === null ? undefined : Number(match[1]);
}
