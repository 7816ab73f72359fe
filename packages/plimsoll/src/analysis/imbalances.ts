import { countFigure } from "./figure.ts";
import type { ArrivalTotals, ProfileStats } from "./run-stats.ts";

/**
 * Nothing vanishes: planned = sent + dropped and sent = completed + failed + in flight at the end, for every task of
 * every finished profile (and so for their sum). One sentence for each that does not hold.
 */
export function imbalancesOf(profiles: readonly ProfileStats[]): readonly string[] {
  return profiles
    .filter(({ isFinished }) => isFinished)
    .flatMap(({ name, tasks }) =>
      tasks
        .slice(0, -1)
        .flatMap((task) => arrivalFaults(task.arrivals).map((fault) => `${name}, ${task.name}: ${fault}.`)),
    );
}

function arrivalFaults({ planned, sent, completed, failed, inFlightAtEnd, dropped }: ArrivalTotals): readonly string[] {
  const faults: string[] = [];
  if (planned !== sent + dropped) {
    faults.push(`planned ${countFigure(planned)} ≠ sent ${countFigure(sent)} + dropped ${countFigure(dropped)}`);
  }
  if (sent !== completed + failed + inFlightAtEnd) {
    const parts = `completed ${countFigure(completed)} + failed ${countFigure(failed)}`;
    faults.push(`sent ${countFigure(sent)} ≠ ${parts} + in flight ${countFigure(inFlightAtEnd)}`);
  }
  return faults;
}
