import { type Signal, signal } from "@preact/signals";

/** A part of the time axis in seconds. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** What the charts of one profile share: the cursor by its key, and the part of the time axis they show. */
export interface ChartGroup {
  readonly key: string;
  readonly range: Signal<TimeRange | undefined>;
}

export function createChartGroup(key: string): ChartGroup {
  return { key, range: signal<TimeRange | undefined>(undefined) };
}
