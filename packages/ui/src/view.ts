/** What a reader has chosen to see: it outlives the data, which may be a second newer at any time. */
import { batch, type Signal, signal } from "@preact/signals";
import type { Place } from "./deep-link.ts";
import { type ChartGroup, createChartGroup } from "./zoom.ts";

export interface View {
  /** The only profile shown; undefined for all. */
  readonly profile: Signal<string | undefined>;
  /** The only task shown; undefined for all together. */
  readonly task: Signal<string | undefined>;
  /** Whose zoom the address tells: the profile that was zoomed last. */
  readonly zoomed: Signal<string | undefined>;
  /** The charts of a profile, always the same group for a name. */
  readonly groupOf: (profile: string) => ChartGroup;
}

/** Everything shown, nothing zoomed. */
export function createView(): View {
  const groups = new Map<string, ChartGroup>();
  const zoomed = signal<string | undefined>(undefined);
  const groupOf = (profile: string): ChartGroup => {
    const group =
      groups.get(profile) ??
      createChartGroup(`profile:${profile}`, (range) => {
        zoomed.value = range === undefined ? undefined : profile;
      });
    groups.set(profile, group);
    return group;
  };
  return { profile: signal(undefined), task: signal(undefined), zoomed, groupOf };
}

/** What the view shows, as a link may tell it. */
export function placeIn(view: View): Place {
  const at = view.zoomed.value;
  return {
    profile: view.profile.value,
    task: view.task.value,
    at,
    range: at === undefined ? undefined : view.groupOf(at).range.value,
  };
}

/** Goes where a link points. */
export function goTo(view: View, place: Place): void {
  batch(() => {
    view.profile.value = place.profile;
    view.task.value = place.task;
    const before = view.zoomed.value;
    if (before !== undefined && before !== place.at) view.groupOf(before).zoomTo(undefined);
    if (place.at !== undefined) view.groupOf(place.at).zoomTo(place.range);
  });
}
