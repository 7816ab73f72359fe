import type { Heat } from "../../plimsoll/src/report/html-heat.ts";
import { HEAT_ROWS_A_DECADE } from "../../plimsoll/src/report/html-heat.ts";

/** Shades of the heatmap, from few requests to many. */
export const HEAT_LEVELS = 6;

/** 0 … 5: shade of a count; each shade stands for equal steps of the count's logarithm. */
export function heatLevelOf(count: number, maxCount: number): number {
  if (maxCount <= 1) return HEAT_LEVELS - 1;
  return Math.min(HEAT_LEVELS - 1, Math.floor((HEAT_LEVELS * Math.log(count)) / Math.log(maxCount)));
}

/** Lower and upper edge of a row, ms. */
export function heatRowMs({ low }: Heat, row: number): readonly [number, number] {
  return [10 ** ((low + row) / HEAT_ROWS_A_DECADE), 10 ** ((low + row + 1) / HEAT_ROWS_A_DECADE)];
}

/** Calls back for every filled cell; rows are counted from the lowest of the map. */
export function eachHeatCell(
  { columns, low }: Pick<Heat, "columns" | "low">,
  visit: (column: number, row: number, count: number) => void,
): void {
  columns.forEach(([lowest = 0, ...counts], column) => {
    counts.forEach((count, up) => {
      if (count > 0) visit(column, lowest - low + up, count);
    });
  });
}
