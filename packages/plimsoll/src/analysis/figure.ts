/** Figures as sentences say them: three significant digits, the unit beside the number. */

/** `512.4` → `512 ms`, `1530` → `1.53 s`, `0.1834` → `0.183 ms`. */
export function msFigure(ms: number): string {
  return Math.abs(ms) < 1000 ? `${digits(ms)} ms` : `${digits(ms / 1000)} s`;
}

/** `0.0123` → `1.23 %`. */
export function ratioFigure(ratio: number): string {
  return `${digits(ratio * 100)} %`;
}

/** `41.237` → `41.2/s`. */
export function rateFigure(perSec: number): string {
  return `${digits(perSec)}/s`;
}

/** `12345` → `12,345`. */
export function countFigure(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `2` and `"request"` → `2 requests`. */
export function countOfFigure(count: number, noun: string): string {
  return `${countFigure(count)} ${noun}${Math.round(count) === 1 ? "" : "s"}`;
}

/** An instant of a phase: `83500` → `1m23.5s`, `12000` → `12s`. */
export function instantFigure(atMs: number): string {
  const minutes = Math.floor(atMs / 60_000);
  const seconds = Math.round((atMs - minutes * 60_000) / 100) / 10;
  if (seconds === 60) return `${minutes + 1}m`;
  return minutes === 0 ? `${seconds}s` : seconds === 0 ? `${minutes}m` : `${minutes}m${seconds}s`;
}

/** `0.95` → `p95`, `0.999` → `p99.9`. */
export function quantileName(ratio: number): string {
  return `p${Number((ratio * 100).toPrecision(6))}`;
}

function digits(value: number): string {
  if (value === 0) return "0";
  const text = value.toPrecision(3);
  return text.includes("e") ? String(Number(text)) : text.includes(".") ? String(Number(text)) : text;
}
