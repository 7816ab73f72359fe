import { bucketValueUs, MAX_BUCKET_INDEX } from "../records/latency-histogram.ts";
import type { Buckets } from "../records/second.ts";

/**
 * Requests by time and response time. Row r holds (10^(r / ROWS_A_DECADE), …next] ms, column c holds [c, c + 1) ·
 * `columnMs` on the phase clock. A column is its lowest filled row and the counts from there on upwards, `[-3, 5, 0, 2]`;
 * empty where nothing was. Naming every cell would take more than twice the room: 5 MB for an hour of 20 tasks whose
 * times lie far apart.
 */
export interface Heat {
  readonly columnMs: number;
  /** The lowest row of all; `rowCount` from there on. */
  readonly low: number;
  readonly rowCount: number;
  readonly maxCount: number;
  readonly columns: readonly (readonly number[])[];
}

/** Rows a decade of response time: each is 15 % wide, which still tells two modes apart. */
export const HEAT_ROWS_A_DECADE = 16;
const MAX_COLUMNS = 240;

/** Looked up, because an hour of 20 tasks asks for a hundred thousand of them, and the live page does every second. */
const ROW_OF_BUCKET = Array.from({ length: MAX_BUCKET_INDEX + 1 }, (_, bucket) => rowOf(bucket));

function rowOf(bucket: number): number {
  return Math.floor(Math.log10(bucketValueUs(bucket) / 1000) * HEAT_ROWS_A_DECADE);
}

/** Histograms (µs) of parts of a second, by rising instant on the phase clock. */
export type HeatSource = readonly { readonly atMs: number; readonly response: Buckets }[];

/** How wide the columns are of a map whose last histogram is of `lastAtMs`. */
export function columnMsFor(lastAtMs: number): number {
  return Math.ceil((Math.floor(lastAtMs / 1000) + 1) / MAX_COLUMNS) * 1000;
}

/** Folds the histograms into a map of at most 240 columns, unless they are told how wide to be. */
export function heatOf(series: HeatSource, columnMs = columnMsFor(series.at(-1)?.atMs ?? 0)): Heat {
  const columns: Map<number, number>[] = [];
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const point of series) {
    const index = Math.floor(point.atMs / columnMs);
    columns[index] ??= new Map();
    const column = columns[index];
    for (const pair of point.response) {
      const row = ROW_OF_BUCKET[pair[0]] ?? rowOf(pair[0]);
      low = Math.min(low, row);
      high = Math.max(high, row);
      column.set(row, (column.get(row) ?? 0) + pair[1]);
    }
  }
  if (low > high) return { columnMs, low: 0, rowCount: 0, maxCount: 0, columns: [] };
  const written = Array.from(columns, (column) => writtenColumn(column ?? new Map()));
  const maxCount = Math.max(...written.flatMap((column) => column.slice(1)));
  return { columnMs, low, rowCount: high - low + 1, maxCount, columns: written };
}

function writtenColumn(counts: ReadonlyMap<number, number>): readonly number[] {
  if (counts.size === 0) return [];
  const rows = [...counts.keys()];
  const [low, high] = [Math.min(...rows), Math.max(...rows)];
  return [low, ...Array.from({ length: high - low + 1 }, (_, up) => counts.get(low + up) ?? 0)];
}
