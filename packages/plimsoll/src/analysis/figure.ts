/** Figures as sentences say them: as tables do, without needless zeros. */
import { formatClock, formatCount, formatDuration, formatLimit, formatRatio } from "../base/format-number.ts";

/** `512.4` → `512 ms`, `1530` → `1.53 s`, `1000` → `1 s`. */
export function msFigure(ms: number): string {
  return formatLimit(ms, "ms");
}

/** `0.0123` → `1.23 %`. */
export function ratioFigure(ratio: number): string {
  return formatRatio(ratio);
}

/** `41.237` → `41.2/s`. */
export function rateFigure(perSec: number): string {
  return formatLimit(perSec, "perSec");
}

/** `12345` → `12 345`. */
export function countFigure(count: number): string {
  return formatCount(count);
}

/** `2` and `"request"` → `2 requests`. */
export function countOfFigure(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${Math.round(count) === 1 ? "" : "s"}`;
}

/** An instant of a phase: `83500` → `1 m 24 s`, `12000` → `12 s`, `0` → `0 s`. */
export function instantFigure(atMs: number): string {
  return atMs === 0 ? "0 s" : formatDuration(atMs);
}

/** Whole seconds of a phase as charts and tables tell them: `5000`, `83000` → `from 0:05 to 1:23`. */
export function clockSpanFigure(fromMs: number, toMs: number): string {
  return `from ${formatClock(fromMs)} to ${formatClock(toMs)}`;
}

/** `0.95` → `p95`, `0.999` → `p99.9`. */
export function quantileName(ratio: number): string {
  return `p${Number((ratio * 100).toPrecision(6))}`;
}
