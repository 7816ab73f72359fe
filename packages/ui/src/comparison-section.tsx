import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { formatQuantity, NO_VALUE } from "../../plimsoll/src/base/format-number.ts";
import type {
  ComparedCourses,
  ComparedCurves,
  ComparedMetric,
  ComparisonData,
} from "../../plimsoll/src/report/html-comparison.ts";
import { CapacityChangeTable } from "./capacity-change.tsx";
import { ChangeLine, reachOf, shownChange } from "./change-line.tsx";
import type { Chart } from "./chart.ts";
import { ChartFigure } from "./chart-figure.tsx";
import { courseCharts } from "./course-charts.ts";
import { tailChart } from "./curve-chart.ts";
import { NumberHeadings } from "./number-headings.tsx";
import { ReasonList } from "./reason-list.tsx";
import { ScrollTable } from "./scroll-table.tsx";
import { Sentence } from "./sentence.tsx";
import type { Grid } from "./table-text.ts";
import { VerdictWord } from "./verdict-word.tsx";
import type { View } from "./view.ts";
import { changeText } from "./words.ts";
import type { ChartGroup } from "./zoom.ts";
import { ZoomBar } from "./zoom-bar.tsx";

interface Props {
  readonly comparison: ComparisonData;
  /** Whose profile and task are shown. */
  readonly view: View;
  /** The page has said the sentence and the names already. */
  readonly isSaid?: boolean;
}

/** Two results beside each other: what changed and how surely, then both over time and both distributions. */
export function ComparisonSection({ comparison, view, isSaid = false }: Props): JSX.Element {
  const { sentence, baseName, newName, capacity, advice, notes } = comparison;
  const [profile, task] = [view.profile.value, view.task.value];
  const charts = useMemo(() => {
    const shown = comparison.curves.filter((both) => isChosen(both, profile, task));
    // All requests together would be no picture of the task that is chosen.
    return shown.filter((both) => task === undefined || both.task === task).map((both) => overlaid(both, comparison));
  }, [comparison, profile, task]);
  const courses = comparison.courses.filter((both) => task === undefined && (profile ?? both.profile) === both.profile);
  const metrics = comparison.metrics.filter((metric) => isChosen(metric, profile, task));
  const hiddenCount = comparison.metrics.length - metrics.length;
  return (
    <section id="comparison" aria-labelledby="comparison-name">
      <h2 id="comparison-name">Comparison</h2>
      {isSaid ? undefined : (
        <>
          <p class="because">
            <Sentence text={sentence} />
          </p>
          <p class="facts-line">
            {newName} against {baseName}
          </p>
          <ReasonList reasons={advice} />
        </>
      )}
      {capacity === undefined ? undefined : (
        <>
          <h3>Capacity</h3>
          <CapacityChangeTable capacity={capacity} />
        </>
      )}
      {capacity !== undefined && comparison.metrics.length === 0 ? undefined : (
        <>
          <h3>Changes</h3>
          {metrics.length === 0 ? <p class="none">Nothing to compare.</p> : <ChangeTable metrics={metrics} />}
        </>
      )}
      {hiddenCount === 0 ? undefined : (
        <p class="note">The filter hides {hiddenCount} figures; the verdict above is of all.</p>
      )}
      {notes.length === 0 ? undefined : <h3>Notes</h3>}
      <ReasonList reasons={notes} />
      {courses.length === 0 ? undefined : <h3 id="courses">Over time</h3>}
      {courses.map((both) => (
        <CourseCharts key={both.profile} both={both} comparison={comparison} group={view.groupOf(both.profile)} />
      ))}
      {charts.length === 0 ? undefined : <h3 id="distributions">Distributions</h3>}
      {charts.map((chart, index) => (
        <ChartFigure key={index} chart={chart} />
      ))}
    </section>
  );
}

interface CourseProps {
  readonly both: ComparedCourses;
  readonly comparison: ComparisonData;
  readonly group: ChartGroup;
}

function CourseCharts({ both, comparison, group }: CourseProps): JSX.Element {
  const charts = useMemo(() => courseCharts(both, comparison), [both, comparison]);
  return (
    <>
      <ZoomBar group={group} />
      {charts.map((chart) => (
        <ChartFigure key={chart.title} chart={chart} group={group} />
      ))}
    </>
  );
}

function overlaid(both: ComparedCurves, { baseName, newName }: ComparisonData): Chart {
  const chart = tailChart("Response time of both", [
    { curve: both.base, line: { label: `base: ${baseName}`, tone: "users", dash: "dashed" } },
    { curve: both.new, line: { label: `new: ${newName}`, tone: "p95" } },
  ]);
  return {
    ...chart,
    subject: both.task === "Aggregated" ? both.profile : `${both.profile} · ${both.task}`,
    summary: `Response time by percentile of ${newName} and of ${baseName}, one over the other.`,
  };
}

/** Of the chosen profile and task; with a task all requests together stay in the table, as in a report. */
function isChosen(
  one: { readonly profile: string; readonly task: string },
  profile: string | undefined,
  task: string | undefined,
): boolean {
  if (profile !== undefined && one.profile !== profile) return false;
  return task === undefined || one.task === task || one.task === "Aggregated";
}

function ChangeTable({ metrics }: { readonly metrics: readonly ComparedMetric[] }): JSX.Element {
  const reachRatio = reachOf(metrics);
  return (
    <ScrollTable label="Changes from base to new" class="changes" exact={() => exactRows(metrics)}>
      <thead>
        <tr>
          <th scope="col">Verdict</th>
          <th scope="col">Profile, task</th>
          <th scope="col">Metric</th>
          <NumberHeadings titles={["Base", "New", "Change"]} />
          <th scope="col">Fell or grew</th>
          <th scope="col" class="number">
            Smallest it sees
          </th>
        </tr>
      </thead>
      <tbody>
        {metrics.map((metric) => (
          <ChangeRow
            key={`${metric.profile}\n${metric.task}\n${metric.metric}`}
            metric={metric}
            reachRatio={reachRatio}
          />
        ))}
      </tbody>
    </ScrollTable>
  );
}

function ChangeRow({
  metric,
  reachRatio,
}: {
  readonly metric: ComparedMetric;
  readonly reachRatio: number;
}): JSX.Element {
  const { profile, task, verdict } = metric;
  const { change, interval, smallest } = changeTexts(metric);
  const unit = unitOf(metric.metric);
  return (
    <tr>
      <td>
        <VerdictWord verdict={verdict} />
      </td>
      <th scope="row" class="name">
        {profile} {task === "Aggregated" ? undefined : <span class="aside">{task}</span>}
      </th>
      <td>{metric.metric}</td>
      <td class="number">{formatQuantity(metric.base, unit)}</td>
      <td class="number">{formatQuantity(metric.new, unit)}</td>
      <td class="number">
        {change}
        {interval === undefined ? undefined : <span class="aside">{interval}</span>}
      </td>
      <td>
        <ChangeLine metric={metric} reachRatio={reachRatio} />
      </td>
      <td class="number">{smallest}</td>
    </tr>
  );
}

/** Latencies change by a share of what they were; shares of failures by points, as they may begin at none. */
function changeTexts(metric: ComparedMetric): {
  readonly change: string;
  readonly interval: string | undefined;
  readonly smallest: string;
} {
  const { value, low, high, smallest } = shownChange(metric);
  const unit = unitOf(metric.metric) === "ratio" ? "pt" : "%";
  return {
    change: changeText(value, unit),
    interval:
      low === undefined || high === undefined ? undefined : `${changeText(low, "")} … ${changeText(high, unit)}`,
    smallest: smallest === undefined ? NO_VALUE : `± ${changeText(Math.abs(smallest), unit).slice(1)}`,
  };
}

function unitOf(metric: string): "ms" | "ratio" | "perSec" {
  if (/errors?|ratio/i.test(metric)) return "ratio";
  return /rps|throughput|per ?sec/i.test(metric) ? "perSec" : "ms";
}

function exactRows(metrics: readonly ComparedMetric[]): Grid {
  return [
    ["profile", "task", "metric", "base", "new", "change_ratio", "low", "high", "smallest_seen_ratio", "verdict"],
    ...metrics.map((m) => [
      ...[m.profile, m.task, m.metric, m.base, m.new],
      ...[m.changeRatio, m.low, m.high, m.smallestSeenRatio, m.verdict],
    ]),
  ];
}
