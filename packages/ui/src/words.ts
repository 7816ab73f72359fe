/** Facts of a run in the words of the page; numbers come from the report layer, so that every output says the same. */
import { interruptionText } from "../../plimsoll/src/analysis/interruption.ts";
import type { RunEnd } from "../../plimsoll/src/analysis/run-stats.ts";
import {
  formatCount,
  formatDuration,
  formatInterval,
  formatMs,
  formatPerSec,
  NO_VALUE,
  significant,
} from "../../plimsoll/src/base/format-number.ts";
import type { SteerOrder } from "../../plimsoll/src/records/record.ts";
import type { ProfileData, RunFacts } from "../../plimsoll/src/report/html-data.ts";

export { formatClock as clockText } from "../../plimsoll/src/base/format-number.ts";

/** Where a line may not end: between a number and its unit, and before a parting dot. Text of strangers passes unharmed. */
export function keptTogether(text: string): string {
  return text.replace(NUMBER_AND_UNIT, "$1\u00a0").replaceAll(" · ", "\u00a0· ");
}

const NUMBER_AND_UNIT = /(\d) (?=(?:%|pt|ms|µs|s|m|h|[kMGT]?B|req\/s)(?![\p{L}\p{N}]))/gu;

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

/** A load that was searched for: `41.6 users`, `120/s`. */
export function amountText(amount: number, by: "rate" | "users"): string {
  return by === "users" ? `${shortNumber(amount)} users` : formatPerSec(amount);
}

/** Between what it lies: `38–45 users`, `110–125/s`; empty where neither end is known. */
export function amountSpan(low: number | undefined, high: number | undefined, by: "rate" | "users"): string {
  if (low === undefined && high === undefined) return "";
  if (by === "rate") return formatInterval(low, high, "perSec");
  if (low === undefined) return `≤ ${amountText(high ?? 0, by)}`;
  return high === undefined ? `≥ ${amountText(low, by)}` : `${shortNumber(low)}–${amountText(high, by)}`;
}

/** `0.12` → `+12 %`, `-0.034` → `−3.4 %`; of shares of failures in points, `+2.1 pt`. What rounds to nothing is `±0 %`. */
export function changeText(ratio: number | undefined, unit: "%" | "pt" | ""): string {
  if (ratio === undefined || !Number.isFinite(ratio)) return NO_VALUE;
  const digits = Math.abs(ratio) < LEAST_CHANGE_RATIO ? "0" : shortNumber(Math.abs(ratio * 100));
  const sign = digits === "0" ? "±" : ratio > 0 ? "+" : "−";
  return `${sign}${digits}${unit === "" ? "" : ` ${unit}`}`;
}

/** A hundredth of a per cent: nobody could act on less. */
const LEAST_CHANGE_RATIO = 1e-4;

/** A number for a field that people edit: `1.6666666666666667` → `1.66667`. */
export function fieldText(value: number): string {
  return String(Number(value.toPrecision(6)));
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
    case "damaged":
      return ", journal damaged";
    case "interrupted":
      return end.signal === undefined ? ", interrupted" : `, ${interruptionText(end.signal)}`;
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

/** `1234567` → `1.23 M`: a number of any size on an axis, which has room for eight characters. */
export function compactNumber(value: number): string {
  if (Math.abs(value) < 1e5) return shortNumber(value);
  const [size, unit] = Math.abs(value) < 1e6 ? [1e3, "k"] : Math.abs(value) < 1e9 ? [1e6, "M"] : [1e9, "G"];
  return `${shortNumber(value / size)} ${unit}`;
}

/** `250.0 ms` → `250 ms`. */
export function shortMs(value: number): string {
  const [digits = "", unit = ""] = formatMs(value).split(" ");
  return `${withoutZeros(digits)} ${unit}`;
}

function withoutZeros(digits: string): string {
  return digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits;
}
