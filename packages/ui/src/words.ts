/** Facts of a run in the words of the page; numbers come from the report layer, so that every output says the same. */
import type { RunEnd } from "../../plimsoll/src/analysis/run-stats.ts";
import {
  formatCount,
  formatDuration,
  formatMs,
  formatPerSec,
  significant,
} from "../../plimsoll/src/base/format-number.ts";
import type { SteerOrder } from "../../plimsoll/src/records/record.ts";
import type { ProfileData, RunFacts } from "../../plimsoll/src/report/html-data.ts";

/** `65000` → `1:05`, `3725000` → `1:02:05`: an instant on the phase clock. */
export function clockText(atMs: number): string {
  const seconds = Math.max(0, Math.round(atMs / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const tail = `${String(s).padStart(2, "0")}`;
  return h > 0 ? `${h}:${String(m).padStart(2, "0")}:${tail}` : `${m}:${tail}`;
}

/** `2026-11-22T13:33:17.250Z` → `2026-11-22 13:33:17 UTC`; what is no such text stays as it is. */
export function wallText(iso: string): string {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/.exec(iso);
  return match === null ? iso : `${match[1]} ${match[2]} UTC`;
}

/** What was asked of a profile: `up to 100 users`, `40/s, poisson`. */
export function loadText({ planned, users, ratePerSec }: ProfileData): string {
  if (planned.kind === "closed") return `${formatCount(users ?? planned.users ?? 0)} users`;
  const rate = formatPerSec(ratePerSec ?? planned.ratePerSec);
  return planned.arrivals === undefined ? rate : `${rate}, ${planned.arrivals}`;
}

/** What somebody changed while the run went on: `50 users`, `40 /s`, `paused`. */
export function steerText(what: SteerOrder): string {
  if ("users" in what) return `${formatCount(what.users)} users`;
  if ("ratePerSec" in what) return formatPerSec(what.ratePerSec);
  return "paused" in what ? "paused" : "resumed";
}

/** `3 m 20 s`, with how it ended when not as planned. */
export function lengthText(run: RunFacts): string {
  return `${formatDuration(run.end.atMs)}${endText(run.end)}`;
}

function endText(end: RunEnd): string {
  switch (end.kind) {
    case "complete":
      return "";
    case "aborted":
      return `, stopped early: ${end.why}`;
    case "interrupted":
      return end.signal === undefined ? ", interrupted" : `, interrupted by ${end.signal}`;
  }
}

/** A latency for a table whose heading names the unit: three significant digits, or a dash. */
export function msText(ms: number | undefined): string {
  return ms === undefined ? "–" : significant(ms);
}

/** `12.0` → `12`: a number where room is short. */
export function shortNumber(value: number): string {
  return withoutZeros(significant(value));
}

/** `250.0 ms` → `250 ms`. */
export function shortMs(value: number): string {
  const [digits = "", unit = ""] = formatMs(value).split(" ");
  return `${withoutZeros(digits)} ${unit}`;
}

function withoutZeros(digits: string): string {
  return digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits;
}
