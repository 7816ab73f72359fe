import type { JSX } from "preact";
import type { ReportData } from "../../plimsoll/src/report/html-data.ts";
import { PlaceLink } from "./place-link.tsx";
import { Sentence } from "./sentence.tsx";
import type { View } from "./view.ts";

/** So much of the charts is shown on either side of the instant. */
const AROUND_MS = 10_000;

interface Props {
  readonly data: ReportData;
  readonly view: View;
}

/** What broke first and when, with the way to the charts; nothing where that cannot be told. */
export function FirstBreachNote({ data, view }: Props): JSX.Element | null {
  const { brokeFirst } = data.judgement;
  if (brokeFirst === undefined) return null;
  const { profile, atMs, sentence } = brokeFirst;
  const place = { profile, task: undefined, fromMs: Math.max(0, atMs - AROUND_MS), toMs: atMs + AROUND_MS };
  return (
    <p class="broke-first">
      <Sentence text={sentence} /> <PlaceLink place={place} data={data} view={view} />
    </p>
  );
}
