import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { asClause } from "../../plimsoll/src/base/clause.ts";
import { formatCount, formatDuration } from "../../plimsoll/src/base/format-number.ts";
import { CLOSED_LOOP_NOTE } from "../../plimsoll/src/report/closed-loop-note.ts";
import type { ProfileData, ReportData } from "../../plimsoll/src/report/html-data.ts";
import { ChartFigure } from "./chart-figure.tsx";
import { type Subject, subjectOf } from "./chart-subject.ts";
import { curveChartOf } from "./curve-chart.ts";
import { ErrorTable } from "./error-table.tsx";
import { loadLatencyChart } from "./latency-charts.ts";
import { limitsOf, timeChartsOf } from "./profile-charts.ts";
import { TaskTable } from "./task-table.tsx";
import { clockText, keptTogether, loadText } from "./words.ts";
import type { ChartGroup } from "./zoom.ts";
import { ZoomBar } from "./zoom-bar.tsx";

interface Props {
  readonly profile: ProfileData;
  readonly judgement: ReportData["judgement"];
  /** What the target told of itself. */
  readonly observations: ReportData["observations"];
  readonly id: string;
  readonly group: ChartGroup;
  /** The only task shown; undefined for all together. */
  readonly task: string | undefined;
}

/** Everything about one profile. */
export function ProfileSection({ profile, judgement, observations, id, group, task }: Props): JSX.Element {
  const subject = useMemo(() => subjectOf(profile, task), [profile, task]);
  const { name } = profile;
  return (
    <section class="profile" id={id} aria-labelledby={`${id}-name`} tabIndex={-1}>
      <h2 id={`${id}-name`}>{name}</h2>
      <p class="facts-line">{keptTogether(factsOf(profile))}</p>
      {profile.planned.kind === "closed" ? <p class="note">{CLOSED_LOOP_NOTE}</p> : undefined}
      {profile.warmup.cutMs > 0 || profile.warmup.isNeverWarm ? (
        <p class="note">{keptTogether(warmupText(profile))}</p>
      ) : undefined}
      {subject === undefined ? (
        <p class="none">{name} does not send the task that is chosen.</p>
      ) : (
        <>
          <h3>Tasks</h3>
          <TaskTable profileName={name} tasks={profile.tasks} only={task} which="responseMs" />
          <details>
            <summary>Service time: the same from the first byte sent</summary>
            <TaskTable profileName={name} tasks={profile.tasks} only={task} which="serviceMs" />
          </details>
          <ProfileCharts
            profile={profile}
            subject={subject}
            judgement={judgement}
            observations={observations}
            id={id}
            group={group}
          />
          <h3>Errors</h3>
          <ErrorTable profile={profile} task={task} />
        </>
      )}
    </section>
  );
}

interface ChartsProps extends Omit<Props, "task"> {
  readonly subject: Subject;
}

function ProfileCharts({ profile, subject, judgement, observations, id, group }: ChartsProps): JSX.Element {
  const range = group.range.value;
  const charts = useMemo(
    () => timeChartsOf(profile, subject, { judgement, observations }),
    [profile, subject, judgement, observations],
  );
  const curve = useMemo(() => curveChartOf(subject), [subject]);
  const load = useMemo(
    () => loadLatencyChart(profile, subject, { range, limits: limitsOf(profile, subject, judgement) }),
    [profile, subject, judgement, range],
  );
  return (
    <>
      <h3 id={`${id}-charts`} tabIndex={-1}>
        Over time
      </h3>
      <ZoomBar group={group} />
      {charts.map((chart) => (
        <ChartFigure key={chart.title} chart={chart} group={group} />
      ))}
      <h3>Distribution</h3>
      {curve === undefined ? <p class="none">No request ended.</p> : <ChartFigure chart={curve} />}
      {load === undefined ? undefined : (
        <>
          <h3>Load{range === undefined ? "" : `, ${clockText(range.from * 1000)}–${clockText(range.to * 1000)}`}</h3>
          <ChartFigure chart={load} />
        </>
      )}
    </>
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
  if (warmup.isNeverWarm) return `Never warmed up: ${asClause(warmup.why)}`;
  return `Judged from ${formatDuration(warmup.cutMs)} on: ${asClause(warmup.why)}`;
}
