import type { CapacityReport } from "../analysis/capacity/capacity-report.ts";
import { loadText } from "../analysis/capacity/search-course.ts";
import { isIntervalTold } from "../verdict/capacity-sentence.ts";

/** A row of terminal cells for the loads of a search, in ln(load), from the least that was tried to the greatest. */
export interface LoadAxis {
  readonly cells: number;
  readonly leastText: string;
  readonly mostText: string;
  /** The cell of a load; of one beyond an end, the last cell there. */
  placeOf(load: number): number;
}

/** As wide as the interval too; undefined before anything broke. */
export function loadAxisOf({ estimate, asked, steps }: CapacityReport, cells: number): LoadAxis | undefined {
  if (estimate === undefined || !estimate.isBroken || steps.length < 2) return undefined;
  const loads = steps.map(({ load }) => load);
  const least = Math.min(...loads, Math.max(estimate.low, 1e-9));
  const most = Math.max(...loads, Number.isFinite(estimate.high) ? estimate.high : 0);
  if (!(most > least)) return undefined;
  return {
    cells,
    leastText: loadText(asked.by, least),
    mostText: loadText(asked.by, most),
    placeOf: (load) =>
      Math.min(
        cells - 1,
        Math.max(0, Math.floor((cells * Math.log(Math.max(load, 1e-9) / least)) / Math.log(most / least))),
      ),
  };
}

/** `27.0/s ········━━●━━····· 105/s`: where the capacity and its interval lie among the loads that were tried. */
export function loadLine(report: CapacityReport, cells: number): string | undefined {
  const axis = loadAxisOf(report, cells);
  // An interval that is told in no figures is none to draw.
  if (axis === undefined || !isIntervalTold(report.estimate!)) return undefined;
  const { low, load, high } = report.estimate!;
  const [from, here, to] = [axis.placeOf(low), axis.placeOf(load), axis.placeOf(high)];
  const line = Array.from({ length: cells }, (_, place) =>
    place === here ? "●" : place >= from && place <= to ? "━" : "·",
  );
  return `${axis.leastText} ${line.join("")} ${axis.mostText}`;
}
