/** Times in ms as clocks tell them: to the nanosecond, without the dust that binary fractions leave behind. */

const NS_PER_MS = 1e6;

/** `319.68028699999996` → `319.680287`. */
export function inWholeNs(ms: number): number {
  return Math.round(ms * NS_PER_MS) / NS_PER_MS;
}

/** From one instant to another, such as `0.1` and `0.3` → `0.2`. */
export function spanMs(fromMs: number, toMs: number): number {
  return inWholeNs(toMs - fromMs);
}
