/** Contenders take turns, so that whatever the machine does in between strikes all of them alike. */

import { isDisturbed } from "./machine.mjs";

const MOST_TIMES = 3;

/**
 * Runs every contender once a round, each round beginning with another one. What a contender answers is kept by its
 * name, a list with an entry a round.
 *
 * @param {ReadonlyMap<string, () => Promise<object>>} contenders
 */
export async function interleave(contenders, roundCount, onMeasured = () => {}) {
  const names = [...contenders.keys()];
  const results = new Map(names.map((name) => [name, []]));
  for (let round = 0; round < roundCount; round++)
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(turn + round) % names.length];
      const result = await calmest(contenders.get(name));
      results.get(name).push(result);
      onMeasured(name, result);
    }
  return results;
}

/** A turn that others disturbed is measured again at once, whatever it showed; the calmest counts. */
async function calmest(measure) {
  let calm = await measure();
  for (let times = 1; isDisturbed(calm) && times < MOST_TIMES; times++) {
    const next = await measure();
    if (next.foreignRatio < calm.foreignRatio) calm = next;
  }
  return calm;
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Median, least and greatest of one figure over the rounds. */
export function spreadOf(rounds, read) {
  const values = rounds.map(read);
  return { median: median(values), low: Math.min(...values), high: Math.max(...values) };
}

/** Ours ÷ theirs, round by round. */
export function ratioOf(ours, theirs, read) {
  const ratios = ours.map((round, index) => read(round) / read(theirs[index]));
  return { median: median(ratios), low: Math.min(...ratios), high: Math.max(...ratios) };
}

/** `6.43 (6.40–6.51)`: three significant digits. */
export function showSpread({ median: middle, low, high }) {
  return `${showNumber(middle)} (${showNumber(low)}–${showNumber(high)})`;
}

export function showNumber(value) {
  if (!Number.isFinite(value)) return "—";
  const whole = Math.abs(value) >= 100;
  return whole ? Math.round(value).toLocaleString("en-US") : String(Number(value.toPrecision(3)));
}
