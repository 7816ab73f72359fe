/** Numbers as people read them: three significant digits and a unit. Files keep full precision instead. */

/** Between groups of three digits: narrow, and no place to break a line. */
const THIN = "\u202f";
/** Shown where there is no value. */
export const NO_VALUE = "–";

/** `1234567` → `1 234 567` (thin spaces); a count, rounded to a whole number. */
export function formatCount(count: number): string {
  if (!Number.isFinite(count)) return NO_VALUE;
  return groupDigits(count.toFixed(0));
}

/** `412.3` → `412 ms`, `1234` → `1.23 s`, `0.0456` → `45.6 µs`; for latencies and lags. */
export function formatMs(ms: number | undefined): string {
  return scaled(ms, [
    [0.001, "µs"],
    [1, "ms"],
    [1000, "s"],
  ]);
}

/** `12.345` → `12.3/s`; `unit` goes before the slash: `12.3 req/s`. */
export function formatPerSec(perSec: number | undefined, unit = ""): string {
  if (perSec === undefined || !Number.isFinite(perSec)) return NO_VALUE;
  return `${significant(perSec)}${unit === "" ? "" : ` ${unit}`}/s`;
}

/** `1234567` → `1.23 MB`; decimal multiples. */
export function formatBytes(bytes: number | undefined): string {
  return scaled(bytes, [
    [1, "B"],
    [1e3, "kB"],
    [1e6, "MB"],
    [1e9, "GB"],
    [1e12, "TB"],
  ]);
}

/** `0.042` → `4.2 %`. Says `0 %` and `100 %` only when it is so: `< 0.001 %`, `> 99.9 %`. */
export function formatRatio(ratio: number | undefined): string {
  if (ratio === undefined || !Number.isFinite(ratio)) return NO_VALUE;
  const percent = ratio * 100;
  if (percent > 0 && percent < 0.001) return "< 0.001 %";
  if (percent < 100 && percent >= 99.95) return "> 99.9 %";
  return `${trimZeros(significant(percent))} %`;
}

/** `65000` → `1:05`, `3725000` → `1:02:05`: an instant on the phase clock, to the second. */
export function formatClock(atMs: number): string {
  const seconds = Math.max(0, Math.round(atMs / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const tail = String(s).padStart(2, "0");
  return h > 0 ? `${h}:${String(m).padStart(2, "0")}:${tail}` : `${m}:${tail}`;
}

/** `90000` → `1 m 30 s`, `2500` → `2.5 s`, `3900000` → `1 h 5 m`; for lengths of phases and runs. */
export function formatDuration(ms: number | undefined): string {
  if (ms === undefined || !Number.isFinite(ms)) return NO_VALUE;
  if (ms < 0) return `−${formatDuration(-ms)}`;
  if (ms < 59_950) return trimUnit(formatMs(ms));
  const seconds = Math.round(ms / 1000);
  const parts = [
    [Math.floor(seconds / 3600), "h"],
    [Math.floor((seconds % 3600) / 60), "m"],
    [seconds >= 3600 ? 0 : seconds % 60, "s"],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${groupDigits(String(count))} ${unit}`)
    .join(" ");
}

/** A limit as a person would write it: `500` → `500 ms`, `1000` → `1 s`. */
export function formatQuantity(value: number | undefined, unit: "ms" | "ratio" | "perSec" | "s"): string {
  if (unit === "ratio") return formatRatio(value);
  if (unit === "perSec") return formatPerSec(value);
  return formatMs(value === undefined ? undefined : unit === "s" ? value * 1000 : value);
}

/** The same without needless zeros: `1.00 s` → `1 s`. */
export function formatLimit(value: number, unit: "ms" | "ratio" | "perSec" | "s"): string {
  return trimUnit(formatQuantity(value, unit));
}

/** `[0.598, 0.634]` s → `598–634 ms`; the unit stands once where both ends share it. */
export function formatInterval(
  low: number | undefined,
  high: number | undefined,
  unit: "ms" | "ratio" | "perSec" | "s",
): string {
  if (low === undefined && high === undefined) return NO_VALUE;
  if (low === undefined) return `≤ ${formatQuantity(high, unit)}`;
  if (high === undefined) return `≥ ${formatQuantity(low, unit)}`;
  const [from, to] = [formatQuantity(low, unit), formatQuantity(high, unit)];
  const [fromUnit, toUnit] = [unitOf(from), unitOf(to)];
  return fromUnit === toUnit ? `${from.slice(0, from.length - fromUnit.length)}–${to}` : `${from} – ${to}`;
}

/** Three significant digits without an exponent: `12345` → `12 300`, `0.0012345` → `0.00123`, `0` → `0`. */
export function significant(value: number): string {
  if (value === 0) return "0";
  const rounded = Number(value.toPrecision(3));
  const magnitude = Math.floor(Math.log10(Math.abs(rounded)) + 1e-9);
  return groupDigits(rounded.toFixed(Math.min(20, Math.max(0, 2 - magnitude))));
}

/** The greatest unit that leaves at least 1 after rounding, so that 999.9 ms is `1.00 s`. */
function scaled(value: number | undefined, units: readonly (readonly [number, string])[]): string {
  if (value === undefined || !Number.isFinite(value)) return NO_VALUE;
  const rounded = Math.abs(Number(value.toPrecision(3)));
  const base = units.find(([size]) => size === 1) ?? units[0]!;
  let chosen = rounded === 0 ? base : units[0]!;
  for (const unit of units) if (rounded >= unit[0]) chosen = unit;
  return `${significant(value / chosen[0])} ${chosen[1]}`;
}

function groupDigits(digits: string): string {
  const [whole = "", fraction] = digits.replace("-", "−").split(".");
  const grouped = whole.replace(/\d(?=(?:\d{3})+$)/g, `$&${THIN}`);
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

function trimZeros(digits: string): string {
  return digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits;
}

function trimUnit(text: string): string {
  return text.replace(/^([^ /]*\.\d*?)\.?0+(?=[ /])/, (_, kept: string) => kept.replace(/\.$/, ""));
}

function unitOf(text: string): string {
  return /( |\/)\D*$/.exec(text)?.[0] ?? "";
}
