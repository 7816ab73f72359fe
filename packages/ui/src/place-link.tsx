import type { JSX } from "preact";
import type { ReportData } from "../../plimsoll/src/report/html-data.ts";
import { showSection } from "./follow-address.ts";
import { goTo, placeIn, type View } from "./view.ts";
import { clockText } from "./words.ts";
import type { TimeRange } from "./zoom.ts";

/** A stretch of a profile, or the whole of it; ms on the phase clock. */
export interface ChartPlace {
  readonly profile: string | undefined;
  readonly task: string | undefined;
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
}

interface Props {
  readonly place: ChartPlace;
  readonly data: ReportData;
  readonly view: View;
}

/** Leads to the charts of a profile at that time, without JavaScript to its section; nothing where the page has none. */
export function PlaceLink({ place, data, view }: Props): JSX.Element | null {
  const index = data.profiles.findIndex(({ name }) => name === place.profile);
  const profile = data.profiles[index];
  if (profile === undefined) return null;
  const range = rangeOf(place, profile.durationMs);
  const { fromMs, toMs } = place;
  const follow = (event: MouseEvent): void => {
    if (range === undefined) return;
    event.preventDefault();
    goTo(view, { ...placeIn(view), at: profile.name, range });
    showSection(data, profile.name, "-charts");
  };
  return (
    <a href={`#profile-${index + 1}`} onClick={follow}>
      {[place.profile, place.task].filter((part) => part !== undefined).join(" · ")}
      {fromMs === undefined || toMs === undefined ? "" : `, ${clockText(fromMs)}–${clockText(toMs)}`}
    </a>
  );
}

/** Seconds, with a margin on both sides. */
function rangeOf({ fromMs, toMs }: ChartPlace, durationMs: number): TimeRange | undefined {
  if (fromMs === undefined || toMs === undefined) return undefined;
  const marginMs = Math.max(2000, (toMs - fromMs) * 0.25);
  return {
    from: Math.max(0, fromMs - marginMs) / 1000,
    to: Math.min(Math.max(durationMs, toMs), toMs + marginMs) / 1000,
  };
}
