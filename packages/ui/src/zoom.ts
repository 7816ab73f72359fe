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
  /** Shows this part, or all, in every chart of the group. */
  readonly zoomTo: (range: TimeRange | undefined) => void;
}

/** @param onZoom told of each new range, before the charts are */
export function createChartGroup(key: string, onZoom: (range: TimeRange | undefined) => void = () => {}): ChartGroup {
  const range = signal<TimeRange | undefined>(undefined);
  return {
    key,
    range,
    zoomTo: (wanted) => {
      onZoom(wanted);
      range.value = wanted;
    },
  };
}
