import type { CapacityReport } from "../analysis/capacity/capacity-report.ts";
import { formatRatio } from "../base/format-number.ts";
import { capacityDataOf } from "./capacity-data.ts";
import { loadAxisOf } from "./load-axis.ts";

/**
 * Above the load line: each step at its load and its share of bad requests (`✓` held, `✗` not), the fit (`•`), and what is
 * allowed (`┄`) in the middle of an odd number of rows; a log scale, at whose foot also stands who had none. Empty before
 * anything broke.
 */
export function searchCurve(report: CapacityReport, size: { readonly cells: number; readonly rows: number }): string[] {
  const axis = loadAxisOf(report, size.cells);
  const { steps, curve } = capacityDataOf(report);
  const allowed = steps[0]?.allowedRatio ?? 0;
  if (axis === undefined || !(allowed > 0 && allowed < 1)) return [];
  const half = (size.rows - 1) / 2;
  // Up to all of them it is as many rows as down to the square of what is allowed.
  const rowOf = (badRatio: number): number => {
    const above = badRatio > 0 ? Math.round(half * (1 - Math.log(badRatio) / Math.log(allowed))) : -half;
    return half - Math.max(-half, Math.min(half, above));
  };
  const grid = Array.from({ length: size.rows }, (_, row) =>
    Array.from({ length: axis.cells }, (): string => (row === half ? "┄" : " ")),
  );
  const fit = curve.filter(({ load }) => isWithin(load, report));
  for (const { load, badRatio } of fit) grid[rowOf(badRatio)]![axis.placeOf(load)] = "•";
  for (const { load, badRatio, isHeld } of steps) grid[rowOf(badRatio)]![axis.placeOf(load)] = isHeld ? "✓" : "✗";
  const labels = new Map([
    [0, `${formatRatio(1)} bad`],
    [half, `${formatRatio(allowed)} allowed`],
    [size.rows - 1, `${formatRatio(allowed ** 2)} or less`],
  ]);
  const indent = " ".repeat(axis.leastText.length + 1);
  return grid.map((row, at) => `${indent}${row.join("")} ${labels.get(at) ?? ""}`.trimEnd());
}

/** The fit speaks also of loads that nothing was tried at: they have no place on the axis. */
function isWithin(load: number, { steps }: CapacityReport): boolean {
  const loads = steps.map((step) => step.load);
  return load >= Math.min(...loads) && load <= Math.max(...loads);
}
