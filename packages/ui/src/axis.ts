/** Where an axis begins, ends and carries its labels; the same for the static and the interactive charts. */

const STEPS = [1, 2, 2.5, 5, 10];
const TIME_STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400];

/** From 0 to a round number not below `max`. */
export function linearBounds(max: number): readonly [number, number] {
  if (!(max > 0)) return [0, 1];
  return [0, Math.ceil((max * 1.02) / linearStep(max)) * linearStep(max)];
}

/** About four round values from `min` to `max`. */
export function linearTicks(min: number, max: number): number[] {
  return multiples(linearStep(max - min), min, max);
}

function linearStep(span: number): number {
  const rough = span / 3.5;
  const decade = 10 ** Math.floor(Math.log10(rough));
  return (STEPS.find((step) => step * decade >= rough * 0.999) ?? 10) * decade;
}

/** From the 1-2-5 value at or below `min` to the one at or above `max`, at least half a decade. */
export function logBounds(min: number, max: number): readonly [number, number] {
  if (!(min > 0) || !(max > 0)) return [1, 10];
  const low = oneTwoFive(min * 0.98, -1);
  return [low, Math.max(oneTwoFive(max * 1.02, 1), low * 5)];
}

function oneTwoFive(value: number, direction: 1 | -1): number {
  const decade = 10 ** Math.floor(Math.log10(value));
  const rising = [1, 2, 5, 10].map((step) => step * decade);
  const found = direction === 1 ? rising.find((step) => step >= value) : rising.findLast((step) => step <= value);
  return Number((found ?? decade).toPrecision(1));
}

/** 1-2-5 values, or decades alone when there are many. */
export function logTicks(min: number, max: number): number[] {
  const decades = Math.log10(max / min);
  const steps = decades > 3 ? [1] : decades > 1.8 ? [1, 3] : [1, 2, 5];
  const ticks: number[] = [];
  for (let exponent = Math.floor(Math.log10(min)); exponent <= Math.ceil(Math.log10(max)); exponent++) {
    for (const step of steps) ticks.push(Number((step * 10 ** exponent).toPrecision(1)));
  }
  return ticks.filter((tick) => tick >= min * 0.999 && tick <= max * 1.001);
}

/** At most `count` round values in a span. */
export function amountTicks(min: number, max: number, count: number): number[] {
  const decade = 10 ** Math.floor(Math.log10(Math.max(1e-9, max - min) / count));
  const step = [...STEPS, 20].map((part) => part * decade).find((size) => (max - min) / size <= count);
  return multiples(step ?? max - min, min, max);
}

/** At most `count` round instants (seconds) in a span. */
export function timeTicks(min: number, max: number, count: number): number[] {
  const span = Math.max(1e-9, max - min);
  return multiples(TIME_STEPS_S.find((step) => span / step <= count) ?? span / count, min, max);
}

/** The percentiles of a tail axis (see `LatencyCurve`): p50, p90, p99, … */
export function tailTicks(min: number, max: number): number[] {
  const all = [Math.log10(2), 1, 2, 3, 4, 5, 6, 7];
  return all.filter((tick) => tick >= min - 1e-9 && tick <= max + 1e-9);
}

/** `2` → `p99`, `3` → `p99.9`. */
export function tailText(tail: number): string {
  const percent = 100 * (1 - 10 ** -tail);
  return `p${Number(percent.toFixed(Math.max(0, Math.ceil(tail) - 2 + (Number.isInteger(tail) ? 0 : 1))))}`;
}

function multiples(step: number, min: number, max: number): number[] {
  const first = Math.ceil(min / step - 1e-6);
  const last = Math.floor(max / step + 1e-6);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}
