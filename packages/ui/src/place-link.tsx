import type { JSX } from "preact";
import type { ProfileData, ReportData } from "../../plimsoll/src/report/html-data.ts";
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

/**
 * Leads to the charts of a profile at that time, and of its task where it has several, without JavaScript to its section; of a step of a search that has no
 * charts here to its row; nothing where the page has neither.
 */
export function PlaceLink({ place, data, view }: Props): JSX.Element | null {
  const index = data.profiles.findIndex(({ name }) => name === place.profile);
  const profile = data.profiles[index];
  if (profile === undefined) return <StepLink name={place.profile} data={data} />;
  const range = rangeOf(place, profile.durationMs);
  const { fromMs, toMs } = place;
  const follow = (event: MouseEvent): void => {
    if (range === undefined) return;
    event.preventDefault();
    const shown = placeIn(view);
    // Of many profiles only the chosen one has its charts on the page.
    const isHidden = document.getElementById(`profile-${index + 1}`) === null;
    goTo(view, {
      profile: isHidden ? profile.name : shown.profile,
      task: isOneOfSeveral(profile, place.task) ? place.task : shown.task,
      at: profile.name,
      range,
    });
    showSection(data, profile.name, "-charts");
  };
  return (
    <a href={`#profile-${index + 1}`} onClick={follow}>
      {[place.profile, place.task].filter((part) => part !== undefined).join(" · ")}
      {fromMs === undefined || toMs === undefined ? "" : `, ${clockText(fromMs)}–${clockText(toMs)}`}
    </a>
  );
}

/** A profile's only task is the whole of it, and nothing would be narrowed. */
function isOneOfSeveral({ tasks }: ProfileData, task: string | undefined): boolean {
  const own = tasks.slice(0, -1);
  return own.length > 1 && own.some(({ name }) => name === task);
}

function StepLink({
  name,
  data,
}: {
  readonly name: string | undefined;
  readonly data: ReportData;
}): JSX.Element | null {
  const index = data.capacity?.steps.findIndex((step) => step.name === name) ?? -1;
  if (index < 0) return null;
  const id = stepId(index);
  // A browser may not open what a link leads into.
  const open = (): void => document.getElementById(id)?.closest("details")?.setAttribute("open", "");
  return (
    <a href={`#${id}`} onClick={open}>
      {name}
    </a>
  );
}

/** Of the row of a step, from 0. */
export function stepId(index: number): string {
  return `step-${index + 1}`;
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
