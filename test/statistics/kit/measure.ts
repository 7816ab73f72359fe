import {
  type AskedCapacity,
  type CapacityOptions,
  capacityOptions,
} from "../../../packages/plimsoll/src/analysis/capacity/capacity-options.ts";
import { searchMs } from "../../../packages/plimsoll/src/analysis/capacity/capacity-step.ts";
import { type CapacityResult, nextCapacityStep } from "../../../packages/plimsoll/src/analysis/capacity/pace.ts";
import type { Figures, SearchCase } from "./search-cases.ts";
import { type Controller, runSearch, type SearchDriver } from "./virtual-search.ts";

/** A capacity as any method states it. */
export interface StatedCapacity {
  readonly kind: "stated";
  readonly load: number;
  readonly low: number;
  readonly high: number;
}

/** Figures over many seeded searches. */
export interface Measured extends Figures {
  readonly name: string;
  readonly searches: number;
  readonly p95ErrorPercent: number;
  readonly minutes: number;
  /** Median stated half-width, in %. */
  readonly halfWidthPercent: number;
}

/** PACE as a method that states a capacity; a search that found none states nothing near. */
export function pace(history: Parameters<typeof nextCapacityStep>[0], options: CapacityOptions) {
  const decision = nextCapacityStep(history, options);
  return decision.kind === "step" ? decision : stated(decision);
}

function stated(result: CapacityResult): StatedCapacity {
  if (result.kind === "not-found") return { kind: "stated", load: Number.NaN, low: Number.NaN, high: Number.NaN };
  const { load, low, high } = result.estimate;
  return { kind: "stated", load, low, high };
}

/** Searches the case's server once for every seed, from `firstSeed` on. */
export function measure(
  { name, truth, asked, target }: Pick<SearchCase, "name" | "truth" | "asked" | "target">,
  seeds: { readonly first: number; readonly count: number },
  controller: Controller<StatedCapacity> = pace,
  driver?: SearchDriver,
): Measured {
  const runs = Array.from({ length: seeds.count }, (_, i) => {
    const { history, end } = runSearch(
      target(seeds.first + i),
      capacityOptions(asked satisfies AskedCapacity),
      controller,
      driver,
    );
    return { ...end, minutes: searchMs(history) / 60_000 };
  });
  const errors = runs.map(({ load }) => (100 * (load - truth)) / truth);
  const sizes = errors.map(Math.abs).sort((a, b) => a - b);
  const widths = runs.map(({ low, high }) => 50 * Math.log(high / low)).sort((a, b) => a - b);
  return {
    name,
    searches: runs.length,
    biasPercent: mean(errors),
    maePercent: mean(sizes),
    p95ErrorPercent: sizes[Math.ceil(0.95 * sizes.length) - 1]!,
    within3Ratio: mean(sizes.map((size) => (size <= 3 ? 1 : 0))),
    coverageRatio: mean(runs.map(({ low, high }) => (low <= truth && truth <= high ? 1 : 0))),
    minutes: mean(runs.map(({ minutes }) => minutes)),
    halfWidthPercent: widths[Math.floor(widths.length / 2)]!,
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The table's head, then one line a measurement: what docs/accuracy.md shows. */
export function figuresTable(rows: readonly Measured[]): string {
  const line = (row: Measured) =>
    [
      row.name,
      row.searches,
      `${row.biasPercent.toFixed(2)} %`,
      `${row.maePercent.toFixed(2)} %`,
      `${row.p95ErrorPercent.toFixed(1)} %`,
      row.within3Ratio.toFixed(2),
      row.coverageRatio.toFixed(2),
      `± ${row.halfWidthPercent.toFixed(1)} %`,
      row.minutes.toFixed(1),
    ].join(" | ");
  return [
    "| server, promise | searches | bias | MAE | 95th error | within 3 % | coverage | median interval | minutes |",
    "|---|---|---|---|---|---|---|---|---|",
    ...rows.map((row) => `| ${line(row)} |`),
  ].join("\n");
}
