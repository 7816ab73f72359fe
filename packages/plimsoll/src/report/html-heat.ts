import { bucketValueUs } from "../records/latency-histogram.ts";
import type { Buckets } from "../records/second.ts";

/**
 * Requests by time and response time. Row r of the map holds (10^((low + r) / ROWS_A_DECADE), …next] ms,
 * column c holds [c, c + 1) · `columnMs` on the phase clock. `cells` is flat: column, row, count, column, row, count, …
 */
export interface Heat {
  readonly columnMs: number;
  readonly columnCount: number;
  /** Exponent of the lowest row, in rows. */
  readonly low: number;
  readonly rowCount: number;
  readonly maxCount: number;
  readonly cells: readonly number[];
}

/** Rows a decade of response time: each is 15 % wide, which still tells two modes apart. */
export const HEAT_ROWS_A_DECADE = 16;
const MAX_COLUMNS = 240;

/** Histograms (µs) of parts of a second, by rising instant on the phase clock. */
export type HeatSource = readonly { readonly atMs: number; readonly response: Buckets }[];

/** Folds the histograms into a map of at most 240 columns. */
export function heatOf(series: HeatSource): Heat {
  const seconds = Math.floor((series.at(-1)?.atMs ?? 0) / 1000) + 1;
  const columnMs = Math.ceil(seconds / MAX_COLUMNS) * 1000;
  const columns: Map<number, number>[] = [];
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const point of series) {
    const index = Math.floor(point.atMs / columnMs);
    columns[index] ??= new Map();
    const column = columns[index];
    for (const [bucket, count] of point.response) {
      const row = Math.floor(Math.log10(bucketValueUs(bucket) / 1000) * HEAT_ROWS_A_DECADE);
      low = Math.min(low, row);
      high = Math.max(high, row);
      column.set(row, (column.get(row) ?? 0) + count);
    }
  }
  if (low > high) return { columnMs, columnCount: 0, low: 0, rowCount: 0, maxCount: 0, cells: [] };
  const columnCount = columns.length;
  return { columnMs, columnCount, low, rowCount: high - low + 1, ...cellsOf(columns, low) };
}

function cellsOf(columns: readonly (Map<number, number> | undefined)[], low: number): Pick<Heat, "cells" | "maxCount"> {
  const cells: number[] = [];
  let maxCount = 0;
  columns.forEach((column, index) => {
    for (const [row, count] of [...(column ?? [])].sort((a, b) => a[0] - b[0])) {
      cells.push(index, row - low, count);
      maxCount = Math.max(maxCount, count);
    }
  });
  return { cells, maxCount };
}
