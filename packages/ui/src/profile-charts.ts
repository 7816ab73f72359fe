/** The charts of one profile, from its thinned series. */
import type { ProfileData, ReportData } from "../../plimsoll/src/report/html-data.ts";
import { type Chart, type ChartFrame, type ChartLimit, type ChartMarker, type ChartSpan, isFinding } from "./chart.ts";
import type { Subject } from "./chart-subject.ts";
import { errorChart, loadChart, throughputChart } from "./flow-charts.ts";
import { generatorCharts } from "./generator-charts.ts";
import { heatChart, latencyChart } from "./latency-charts.ts";
import { observedCharts } from "./observed-charts.ts";
import { steerText } from "./words.ts";

/** What is known beside the profile's own figures. */
interface Evidence {
  readonly judgement: ReportData["judgement"];
  readonly observations: ReportData["observations"];
}

/** All time charts of a profile in the order of the page. */
export function timeChartsOf(profile: ProfileData, subject: Subject, { judgement, observations }: Evidence): Chart[] {
  const frame = frameOf(profile, judgement);
  const ours = withoutFindings(frame);
  const limits = limitsOf(profile, subject, judgement);
  const errors = errorChart(profile, subject, frame);
  const ofSubject = [
    latencyChart(profile, subject, frame, limits),
    heatChart(subject, frame, limits),
    throughputChart(profile, subject, frame),
    ...(errors === undefined ? [] : [errors]),
  ].map((chart) => (subject.name === undefined ? chart : { ...chart, subject: subject.name }));
  const observed = observedCharts(profile, observations, ours);
  const ofAll = [loadChart(profile, ours), ...observed, ...generatorCharts(profile, ours)].map((chart) =>
    subject.name === undefined ? chart : { ...chart, subject: "all tasks" },
  );
  const steers = steerMarkers(profile);
  const all = [...ofSubject, ...ofAll];
  const isOfSubject = subject.name === undefined || subject.name === judgement.brokeFirst?.task;
  const brokenAt = isOfSubject ? titleOfBroken(judgement, errors !== undefined) : undefined;
  return all.map((chart) => {
    const markers = [...steers, ...breachMarkers(profile, judgement, chart.title === brokenAt)];
    return markers.length === 0 ? chart : { ...chart, markers };
  });
}

/** Where somebody changed the load by hand. */
function steerMarkers({ steers = [] }: ProfileData): readonly ChartMarker[] {
  return steers.map(({ atMs, what }) => ({ at: atMs / 1000, label: steerText(what) }));
}

/** Where the first of all thresholds broke, if it was in this profile; `isNamed` in the chart that shows why. */
function breachMarkers(
  { name }: ProfileData,
  { brokeFirst }: ReportData["judgement"],
  isNamed: boolean,
): readonly ChartMarker[] {
  if (brokeFirst?.profile !== name) return [];
  return [
    { at: brokeFirst.atMs / 1000, ...(isNamed ? { label: `${brokeFirst.expr} broke`, isUnderSpans: true } : {}) },
  ];
}

/** The chart whose values the first broken threshold is of: only latencies and errors break at an instant. */
function titleOfBroken({ brokeFirst, thresholds }: ReportData["judgement"], hasErrorChart: boolean): string {
  const broken = thresholds.find(
    ({ expr, profile, task }) =>
      expr === brokeFirst?.expr && profile === brokeFirst.profile && task === brokeFirst.task,
  );
  if (broken?.unit !== "ratio") return "Response time";
  return hasErrorChart ? "Errors by kind" : "Throughput";
}

/** The latency limits that were set for a subject. */
export function limitsOf(profile: ProfileData, subject: Subject, judgement: ReportData["judgement"]): ChartLimit[] {
  const task = subject.name ?? "Aggregated";
  return judgement.thresholds
    .filter((t) => t.profile === profile.name && t.task === task && t.unit === "ms")
    .map((t) => ({ value: t.limit, label: t.expr }));
}

/** The same without the findings: they are of the target, not of the load or of the generator. */
function withoutFindings(frame: ChartFrame): ChartFrame {
  return { ...frame, spans: frame.spans.filter((span) => !isFinding(span)) };
}

function frameOf({ series, durationMs, warmup, name }: ProfileData, judgement: ReportData["judgement"]): ChartFrame {
  const endMs = Math.max(durationMs, 1000, (series.atMs.at(-1) ?? -series.binMs) + series.binMs);
  const spans: ChartSpan[] = [];
  if (warmup.cutMs > 0) spans.push({ kind: "warm-up", from: 0, to: warmup.cutMs / 1000, label: "warm-up" });
  if (endMs > durationMs && durationMs > 0) {
    spans.push({ kind: "drain", from: durationMs / 1000, to: endMs / 1000, label: "drain" });
  }
  for (const finding of judgement.findings) {
    if (finding.profile !== name || finding.level === "info") continue;
    if (finding.fromMs === undefined || finding.toMs === undefined) continue;
    spans.push({ kind: finding.level, from: finding.fromMs / 1000, to: finding.toMs / 1000, label: finding.code });
  }
  const values = series.atMs.map((ms) => ms / 1000);
  return { x: { kind: "time", values, max: endMs / 1000, heading: "time_s" }, spans };
}
