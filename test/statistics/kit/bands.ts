import { widen } from "../lane.ts";
import type { Measured } from "./measure.ts";
import type { SearchCase } from "./search-cases.ts";

/** The nightly bands are for as many. */
const NIGHTLY_SEARCHES = 400;

/**
 * Where figures leave the bands of 100 seeds, of 400 those of the nightly lane. With 25, the distance from the published figure to the band (for the bias:
 * the band itself) is 1.8 times as wide, which is never wider than 1.8 times the band.
 */
export function bandMisses(
  measured: Measured,
  { published, ...bands }: Pick<SearchCase, "published" | "band" | "nightly">,
): string[] {
  const band = (measured.searches >= NIGHTLY_SEARCHES ? bands.nightly : undefined) ?? bands.band;
  const factor = widen(1);
  const limit = (key: "maePercent" | "within3Ratio" | "coverageRatio") =>
    published[key] + factor * (band[key] - published[key]);
  const misses: string[] = [];
  const biasLimit = factor * band.biasPercent;
  // Negated, so that a figure which is no number misses too.
  if (!(Math.abs(measured.biasPercent) <= biasLimit)) misses.push(`bias ${measured.biasPercent} beyond ${biasLimit}`);
  if (!(measured.maePercent <= limit("maePercent"))) misses.push(`MAE ${measured.maePercent} > ${limit("maePercent")}`);
  for (const key of ["within3Ratio", "coverageRatio"] as const) {
    if (!(measured[key] >= limit(key))) misses.push(`${key} ${measured[key]} < ${limit(key)}`);
  }
  return misses;
}
