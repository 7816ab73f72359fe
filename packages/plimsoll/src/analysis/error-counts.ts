import { ERROR_KINDS, type ErrorKind } from "../base/outcome.ts";
import { inWholeNs } from "../base/span.ts";
import type { TaskSecond } from "../records/second.ts";
import type { ErrorCount } from "./run-stats.ts";

interface ErrorTally {
  readonly kind: ErrorKind;
  readonly message: string;
  count: number;
  firstSec: number;
  lastSec: number;
}

/** Failures of one task by kind and message, with the seconds of the phase in which they came first and last. */
export class ErrorCounts {
  readonly #tallies = new Map<string, ErrorTally>();

  addSecond(errors: TaskSecond["errors"], sec: number): void {
    for (const [kind, messages] of entriesOf(errors)) {
      for (const [message, count] of Object.entries(messages)) {
        this.#add({ kind, message, count, firstSec: sec, lastSec: sec });
      }
    }
  }

  add(other: ErrorCounts): void {
    for (const tally of other.#tallies.values()) this.#add(tally);
  }

  /** Most frequent first, then by kind and message. */
  list(phaseStartedAtMs: number): readonly ErrorCount[] {
    return [...this.#tallies.values()]
      .sort((a, b) => b.count - a.count || compareText(a.kind, b.kind) || compareText(a.message, b.message))
      .map(({ kind, message, count, firstSec, lastSec }) => ({
        kind,
        count,
        message,
        firstAtMs: inWholeNs(phaseStartedAtMs + firstSec * 1000),
        lastAtMs: inWholeNs(phaseStartedAtMs + lastSec * 1000),
      }));
  }

  #add(more: ErrorTally): void {
    const key = `${more.kind} ${more.message}`;
    const tally = this.#tallies.get(key);
    if (tally === undefined) {
      this.#tallies.set(key, { ...more });
      return;
    }
    tally.count += more.count;
    tally.firstSec = Math.min(tally.firstSec, more.firstSec);
    tally.lastSec = Math.max(tally.lastSec, more.lastSec);
  }
}

/** Failures by kind alone. */
export function countByKind(errors: TaskSecond["errors"]): Partial<Record<ErrorKind, number>> {
  const counts: Partial<Record<ErrorKind, number>> = {};
  for (const [kind, messages] of entriesOf(errors)) {
    counts[kind] = Object.values(messages).reduce((sum, count) => sum + count, 0);
  }
  return counts;
}

/** What a target sends away that protects itself; of its 5xx only 503 says so, the others are faults. */
const SHED_KINDS: ReadonlySet<ErrorKind> = new Set(["http-429", "connect-refused", "reset"]);
const IS_503 = /\b503\b/;

/** Failures by which the target sheds load: 429, 503 (told by the message), refused and reset connections. */
export function shedCountOf(errors: TaskSecond["errors"]): number {
  let shed = 0;
  for (const [kind, messages] of entriesOf(errors)) {
    for (const [message, count] of Object.entries(messages)) {
      if (isShed(kind, message)) shed += count;
    }
  }
  return shed;
}

/** By this kind of failure, with this message, a target protects itself. */
export function isShed(kind: ErrorKind, message: string): boolean {
  return SHED_KINDS.has(kind) || (kind === "http-5xx" && IS_503.test(message));
}

/** Failures by which clients stopped waiting. */
export function timedOutCountOf(counts: Partial<Record<ErrorKind, number>>): number {
  return (counts.timeout ?? 0) + (counts["connect-timeout"] ?? 0);
}

/** In the order of the vocabulary; kinds without failures are left out. */
function entriesOf(errors: TaskSecond["errors"]): readonly (readonly [ErrorKind, Readonly<Record<string, number>>])[] {
  return ERROR_KINDS.flatMap((kind) => {
    const messages = errors[kind];
    return messages === undefined ? [] : [[kind, messages] as const];
  });
}

/** By code unit: the same order on every machine, whatever its language. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
