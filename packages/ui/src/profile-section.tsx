import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { formatCount, formatDuration } from "../../plimsoll/src/base/format-number.ts";
import type { ProfileData, ReportData } from "../../plimsoll/src/report/html-data.ts";
import { ChartFigure } from "./chart-figure.tsx";
import { ErrorTable } from "./error-table.tsx";
import { curveChartOf, timeChartsOf } from "./profile-charts.ts";
import { TaskTable } from "./task-table.tsx";
import { useIsMounted } from "./use-is-mounted.ts";
import { clockText, loadText } from "./words.ts";
import type { ChartGroup } from "./zoom.ts";

interface Props {
  readonly profile: ProfileData;
  readonly judgement: ReportData["judgement"];
  readonly id: string;
  readonly group: ChartGroup;
}

export function ProfileSection({ profile, judgement, id, group }: Props): JSX.Element {
  const charts = useMemo(() => timeChartsOf(profile, judgement), [profile, judgement]);
  const curve = useMemo(() => curveChartOf(profile), [profile]);
  return (
    <section class="profile" id={id} aria-labelledby={`${id}-name`}>
      <h2 id={`${id}-name`}>{profile.name}</h2>
      <p class="facts-line">{factsOf(profile)}</p>
      {profile.warmup.cutMs > 0 || profile.warmup.isNeverWarm ? <p class="note">{warmupText(profile)}</p> : undefined}
      <h3>Tasks</h3>
      <TaskTable profileName={profile.name} tasks={profile.tasks} which="responseMs" />
      <details>
        <summary>Service time: the same from the first byte sent</summary>
        <TaskTable profileName={profile.name} tasks={profile.tasks} which="serviceMs" />
      </details>
      <h3>Over time</h3>
      <ZoomBar group={group} />
      {charts.map((chart) => (
        <ChartFigure key={chart.title} chart={chart} group={group} />
      ))}
      <h3>Distribution</h3>
      {curve === undefined ? <p class="none">No request ended.</p> : <ChartFigure chart={curve} />}
      <h3>Errors</h3>
      <ErrorTable profile={profile} />
    </section>
  );
}

function ZoomBar({ group }: { readonly group: ChartGroup }): JSX.Element {
  const isMounted = useIsMounted();
  const range = group.range.value;
  if (!isMounted) return <p class="zoom" />;
  return (
    <p class="zoom">
      {range === undefined ? (
        <span class="hint">Drag across a chart to zoom; the others follow. Arrow keys move the cursor.</span>
      ) : (
        <>
          <span>
            {clockText(range.from * 1000)}–{clockText(range.to * 1000)}
          </span>{" "}
          <button
            type="button"
            onClick={() => {
              group.range.value = undefined;
            }}
          >
            Show all
          </button>
        </>
      )}
    </p>
  );
}

function factsOf(profile: ProfileData): string {
  const { arrivals, durationMs, drainMs, isFinished } = profile;
  return [
    loadText(profile),
    `${formatDuration(durationMs)}${drainMs === undefined ? "" : `, drained in ${formatDuration(drainMs)}`}`,
    `${formatCount(arrivals.planned)} planned`,
    `${formatCount(arrivals.sent)} sent`,
    `${formatCount(arrivals.completed)} completed`,
    `${formatCount(arrivals.failed)} failed`,
    `${formatCount(arrivals.inFlightAtEnd)} in flight at the end`,
    ...(arrivals.dropped > 0 ? [`${formatCount(arrivals.dropped)} dropped`] : []),
    ...(isFinished ? [] : ["not finished"]),
  ].join(" · ");
}

function warmupText({ warmup }: ProfileData): string {
  if (warmup.isNeverWarm) return `Never warmed up: ${warmup.why}`;
  return `Judged from ${formatDuration(warmup.cutMs)} on: ${warmup.why}`;
}
