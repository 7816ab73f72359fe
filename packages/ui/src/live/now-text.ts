/** The last ten seconds of a run in words. */
import {
  formatCount,
  formatDuration,
  formatMs,
  formatPerSec,
  formatRatio,
} from "../../../plimsoll/src/base/format-number.ts";
import type { LiveNow } from "../../../plimsoll/src/live/live-event.ts";

/** `55 users`, or `40.0 /s` that are planned. */
function loadNow({ kind, load }: LiveNow): string {
  return kind === "closed" ? `${formatCount(load)} users` : formatPerSec(load);
}

/** `ramp_up, 45 s of 2 m`. */
export function placeNow({ name, elapsedMs, plannedMs, state }: LiveNow): string {
  const at = `${formatDuration(secondsOf(elapsedMs))} of ${formatDuration(plannedMs)}`;
  return state === "draining" ? `${name}, draining` : `${name}, ${at}`;
}

/** For a row: load, throughput, latency, failures. */
export function figuresNow(now: LiveNow): string {
  return [
    loadNow(now),
    `${formatPerSec(now.requestsPerSec, "req")}`,
    `p95 ${formatMs(now.recentMs?.p95)}`,
    `${formatRatio(now.errorRatio)} failed`,
  ].join(" · ");
}

function secondsOf(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}
