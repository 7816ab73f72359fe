/**
 * The report: the answer first, then the evidence, then the detail. Two doors lead here: the saved file
 * (`report-client.tsx`) and the live page. To show a run anywhere:
 *
 *     const view = createView();                    // once: filter, zoom and cursors live in it, not in the data
 *     render(<RunView data={data} view={view} isLive />, root);
 *     followAddress(view, () => data);              // once: opens and keeps `#task=…&profile=…&from=…&to=…`
 *     render(<RunView data={newer} view={view} isLive />, root);   // every second, as often as data come
 *
 * `data` is what `reportDataOf` makes of the fold's present state: the same for a journal read to its end and for one
 * that grows. Charts take newer values in place, under the cursor and zoom the reader has chosen; tables keep their
 * order. `isLive` leaves out what only a finished run can say (the footer) and marks the page as moving. Smaller parts
 * (`ProfileSection`, `ThresholdTable`, `ChartFigure`, `TaskTable`, `CapacitySection`, `ComparisonSection`) stand alone:
 * they take data and, where they can be zoomed, a group of the view.
 */
import { Fragment, type JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { ReportData } from "../../plimsoll/src/report/html-data.ts";
import { CapacitySection } from "./capacity-section.tsx";
import { ComparisonSection } from "./comparison-section.tsx";
import { hashOf } from "./deep-link.ts";
import { FilterBar } from "./filter-bar.tsx";
import { Findings } from "./findings.tsx";
import { GeneratorHealth } from "./generator-health.tsx";
import { Masthead } from "./masthead.tsx";
import { ProfileOverview } from "./profile-overview.tsx";
import { ProfileSection } from "./profile-section.tsx";
import { RunFactsSection } from "./run-facts.tsx";
import { Terms } from "./terms.tsx";
import { ThresholdCode } from "./threshold-code.tsx";
import { ThresholdTable } from "./threshold-table.tsx";
import { createView, type View } from "./view.ts";

/** The saved report: a run that is over. */
export function Report({ data, view }: { readonly data: ReportData; readonly view?: View }): JSX.Element {
  const own = useMemo(() => view ?? createView(), [view]);
  return <RunView data={data} view={own} />;
}

interface Props {
  readonly data: ReportData;
  readonly view: View;
  /** The run goes on: newer data will come. */
  readonly isLive?: boolean;
  /** Instead of the usual head. */
  readonly head?: JSX.Element;
}

/** More profiles than this (the steps of a search) are shown one at a time, from their rows. */
const MOST_SECTIONS = 8;

/** One run, whole: finished or going on. */
export function RunView({ data, view, isLive = false, head }: Props): JSX.Element {
  const { profiles, judgement, run, capacity, comparison } = data;
  const chosen = view.profile.value;
  const isShown = (name: string): boolean =>
    chosen === name || (chosen === undefined && profiles.length <= MOST_SECTIONS);
  return (
    <>
      {head ?? <Masthead data={data} view={view} />}
      <div class="bar">
        <SectionLinks data={data} />
        <FilterBar profiles={profiles} view={view} />
      </div>
      <main>
        {capacity === undefined ? undefined : (
          <CapacitySection capacity={capacity} isSaid={judgement.because.includes(capacity.sentence)} isLive={isLive} />
        )}
        {comparison === undefined ? undefined : <ComparisonSection comparison={comparison} view={view} />}
        {hasEvidence(data) ? <Evidence data={data} view={view} /> : undefined}
        {profiles.map((profile, index) =>
          isShown(profile.name) ? (
            <ProfileSection
              key={profile.name}
              profile={profile}
              judgement={judgement}
              observations={data.observations}
              id={`profile-${index + 1}`}
              group={view.groupOf(profile.name)}
              task={view.task.value}
            />
          ) : undefined,
        )}
        <RunFactsSection data={data} />
        <Terms />
      </main>
      {isLive ? undefined : <footer>Plimsoll {run.version}. All of this page comes from the run's journal.</footer>}
    </>
  );
}

/** A search has its evidence in its own section. */
function hasEvidence({ capacity, judgement, profiles }: ReportData): boolean {
  return capacity === undefined || judgement.thresholds.length + judgement.findings.length + profiles.length > 0;
}

function SectionLinks({ data }: { readonly data: ReportData }): JSX.Element {
  const { profiles, capacity, comparison } = data;
  return (
    <nav aria-label="Sections">
      {capacity === undefined ? undefined : <a href="#capacity">Capacity</a>}
      {comparison === undefined ? undefined : <a href="#comparison">Comparison</a>}
      {hasEvidence(data) ? <a href="#thresholds">Verdict</a> : undefined}
      {profiles.length > MOST_SECTIONS
        ? undefined
        : profiles.map((profile, index) => (
            <a key={profile.name} href={linkTo(profiles, index)}>
              {profile.name}
            </a>
          ))}
      <a href="#run">This run</a>
    </nav>
  );
}

/** To a profile's section where all are on the page, else to the page that shows it alone. */
function linkTo(profiles: ReportData["profiles"], index: number): string {
  if (profiles.length <= MOST_SECTIONS) return `#profile-${index + 1}`;
  return hashOf({ profile: profiles[index]?.name, task: undefined, at: undefined, range: undefined });
}

/** `p95 < 500ms and errors < 1%`, each as it is written. */
function listed(exprs: readonly string[]): JSX.Element[] {
  return exprs.map((expr, index) => (
    <Fragment key={expr}>
      {index === 0 ? "" : " and "}
      <ThresholdCode expr={expr} />
    </Fragment>
  ));
}

/** What the verdict rests on, for what is chosen. */
function Evidence({ data, view }: Omit<Props, "isLive">): JSX.Element {
  const { judgement } = data;
  const [profile, task] = [view.profile.value, view.task.value];
  const isShown = (part: { readonly profile: string | undefined; readonly task: string | undefined }): boolean =>
    (profile === undefined || part.profile === undefined || part.profile === profile) &&
    (task === undefined || part.task === undefined || part.task === "Aggregated" || part.task === task);
  const thresholds = judgement.thresholds.filter(isShown);
  const findings = judgement.findings.filter(isShown);
  const profiles = data.profiles.filter(({ name }) => profile === undefined || profile === name);
  const hiddenCount = judgement.thresholds.length - thresholds.length + judgement.findings.length - findings.length;
  // A search is judged by its promises, and has no thresholds.
  const isSearch = data.capacity !== undefined && judgement.thresholds.length === 0;
  return (
    <section id="thresholds" aria-labelledby="thresholds-name">
      <h2 id="thresholds-name">{isSearch ? "Evidence" : "Thresholds"}</h2>
      {isSearch ? (
        <p class="note">Every load was held against {listed(data.capacity?.promises ?? [])}.</p>
      ) : (
        <ThresholdTable thresholds={thresholds} isFiltered={judgement.thresholds.length > 0} />
      )}
      {profiles.length === 0 ? undefined : (
        <>
          <h3>Profiles</h3>
          <ProfileOverview
            profiles={profiles}
            task={task}
            linkTo={(one) => linkTo(data.profiles, data.profiles.indexOf(one))}
          />
          {data.profiles.length > MOST_SECTIONS && profile === undefined ? (
            <p class="note">A profile's name opens its tasks and charts.</p>
          ) : undefined}
          <h3>Generator</h3>
          <GeneratorHealth profiles={profiles} />
        </>
      )}
      <h3>Findings</h3>
      <Findings data={data} findings={findings} view={view} />
      {hiddenCount === 0 ? undefined : (
        <p class="note">
          The filter hides {hiddenCount} {isSearch ? "findings" : "thresholds and findings"}; the verdict above is of
          all.
        </p>
      )}
    </section>
  );
}
