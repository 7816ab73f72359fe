import { widen } from "../lane.ts";
import type { Figures, SearchCase } from "./search-cases.ts";

/**
 * Where figures leave the bands of 100 seeds. With 25, the distance from the published figure to the band (for the bias:
 * the band itself) is 1.8 times as wide, which is never wider than 1.8 times the band.
 */
export function bandMisses(measured: Figures, { published, band }: Pick<SearchCase, "published" | "band">): string[] {
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
