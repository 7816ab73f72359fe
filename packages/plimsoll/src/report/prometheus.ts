/**
 * A run's summary as Prometheus text exposition (0.0.4), valid as OpenMetrics 1.0 too: base units (thresholds
 * aside, whose label tells theirs), HELP and TYPE for each family, no counters (a finished run's counts never rise), ended by `# EOF`.
 */
import type { LatencySummary, ProfileStats, TaskStats } from "../analysis/run-stats.ts";
import { printableLine } from "./printable.ts";
import type { ReportModel } from "./report-model.ts";

/** Label names with their values. */
export type Labels = readonly (readonly [string, string])[];

/** One value of a family. */
export interface MetricSample {
  /** After the family's name: `""`, `"_sum"` or `"_count"`. */
  readonly suffix?: string;
  readonly labels: Labels;
  /** Undefined where there is none to tell. */
  readonly value: number | undefined;
}

/** A metric of ours with all its values. */
export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type?: "gauge" | "summary";
  readonly samples: readonly MetricSample[];
}

const VERDICTS = ["pass", "fail", "inconclusive"] as const;
const HEALTHS = ["ok", "degraded", "invalid"] as const;

/** One run as exposition text. */
export function renderPrometheus(model: ReportModel): string {
  return exposition(metricFamilies(model));
}

/** The families as text; samples without a value are left out. */
export function exposition(families: readonly MetricFamily[]): string {
  return `${families.flatMap(familyLines).join("\n")}\n# EOF\n`;
}

/** Every metric of a run that is exported, whatever the way; each sample's first label is `run`. */
export function metricFamilies(model: ReportModel): readonly MetricFamily[] {
  const run = ["run", model.stats.header.run] as const;
  return [...runFamilies(model), ...thresholdFamilies(model), ...taskFamilies(model), ...generatorFamilies(model)].map(
    (family) => ({
      ...family,
      samples: family.samples.map((sample) => ({ ...sample, labels: [run, ...sample.labels] })),
    }),
  );
}

function runFamilies({ stats, judgement }: ReportModel): MetricFamily[] {
  const labels: Labels = [
    ["name", stats.plan.name],
    ["target", stats.plan.target],
    ["seed", String(stats.plan.seed)],
    ["version", stats.header.version],
  ];
  return [
    { name: "plimsoll_run_info", help: "The run; always 1.", samples: [{ labels, value: 1 }] },
    {
      name: "plimsoll_verdict",
      help: "1 for the verdict of the run, 0 for the others.",
      samples: VERDICTS.map((verdict) => ({
        labels: [["verdict", verdict]],
        value: verdict === judgement.verdict ? 1 : 0,
      })),
    },
    {
      name: "plimsoll_exit_code",
      help: "Exit status of the run.",
      samples: [{ labels: [], value: judgement.exitCode }],
    },
  ];
}

function thresholdFamilies({ judgement }: ReportModel): MetricFamily[] {
  const { thresholds } = judgement;
  const labelsOf = ({ expr, profile, task }: (typeof thresholds)[number]): Labels => [
    ["expr", expr],
    ["profile", profile],
    ["task", task],
  ];
  return [
    {
      name: "plimsoll_threshold_verdict",
      help: "1 for the verdict of the threshold, 0 for the others.",
      samples: thresholds.flatMap((judged) =>
        VERDICTS.map((verdict) => ({
          labels: [...labelsOf(judged), ["verdict", verdict]] as const,
          value: verdict === judged.verdict ? 1 : 0,
        })),
      ),
    },
    {
      name: "plimsoll_threshold_observed",
      help: "What the threshold was judged by, in the unit of its label.",
      samples: thresholds.map((judged) => ({
        labels: [...labelsOf(judged), ["unit", judged.unit]],
        value: judged.observed?.value,
      })),
    },
    {
      name: "plimsoll_threshold_limit",
      help: "The limit of the threshold, in the unit of its label.",
      samples: thresholds.map((judged) => ({
        labels: [...labelsOf(judged), ["unit", judged.unit]],
        value: judged.limit,
      })),
    },
  ];
}

function taskFamilies({ stats }: ReportModel): MetricFamily[] {
  const perTask = (measure: (task: TaskStats) => number | undefined): MetricSample[] =>
    stats.profiles.flatMap((profile) =>
      profile.tasks.map((task) => ({ labels: taskLabels(profile, task), value: measure(task) })),
    );
  const latency = (timesOf: (task: TaskStats) => LatencySummary | undefined): MetricSample[] =>
    stats.profiles.flatMap((profile) =>
      profile.tasks.flatMap((task) => latencySamples(taskLabels(profile, task), timesOf(task), task.requests)),
    );
  return [
    {
      name: "plimsoll_requests",
      help: "Ended requests, completed and failed.",
      samples: perTask((task) => task.requests),
    },
    { name: "plimsoll_failures", help: "Failed requests.", samples: perTask((task) => task.failures) },
    {
      name: "plimsoll_error_ratio",
      help: "Failed requests by ended requests.",
      samples: perTask((task) => task.errorRatio),
    },
    {
      name: "plimsoll_completed_per_second",
      help: "Requests completed within the profile, per second of it.",
      samples: perTask((task) => task.completedPerSec),
    },
    {
      name: "plimsoll_response_seconds",
      help: "Time from the scheduled start to the end, every ended request; quantiles 0 and 1 are exact.",
      type: "summary",
      samples: latency((task) => task.responseMs),
    },
    {
      name: "plimsoll_service_seconds",
      help: "Time from the first byte sent to the end, every ended request; quantiles 0 and 1 are exact.",
      type: "summary",
      samples: latency((task) => task.serviceMs),
    },
    {
      name: "plimsoll_errors",
      help: "Failed requests by kind.",
      samples: stats.profiles.flatMap((profile) => profile.tasks.flatMap((task) => errorSamples(profile, task))),
    },
  ];
}

function taskLabels(profile: ProfileStats, task: TaskStats): Labels {
  return [
    ["profile", profile.name],
    ["task", task.name],
  ];
}

function errorSamples(profile: ProfileStats, task: TaskStats): MetricSample[] {
  const byKind = new Map<string, number>();
  for (const { kind, count } of task.errors) byKind.set(kind, (byKind.get(kind) ?? 0) + count);
  return [...byKind].map(([kind, count]) => ({ labels: [...taskLabels(profile, task), ["kind", kind]], value: count }));
}

function latencySamples(labels: Labels, times: LatencySummary | undefined, requests: number): MetricSample[] {
  if (times === undefined) return [];
  const quantiles = [
    ["0.0", times.min],
    ["0.5", times.p50],
    ["0.75", times.p75],
    ["0.9", times.p90],
    ["0.95", times.p95],
    ["0.99", times.p99],
    ["0.999", times.p999],
    ["1.0", times.max],
  ] as const;
  return [
    ...quantiles.map(([quantile, ms]) => ({ labels: [...labels, ["quantile", quantile]] as const, value: ms / 1000 })),
    { suffix: "_sum", labels, value: (times.mean * requests) / 1000 },
    { suffix: "_count", labels, value: requests },
  ];
}

function generatorFamilies({ stats }: ReportModel): MetricFamily[] {
  const perProfile = (measure: (profile: ProfileStats) => number | undefined): MetricSample[] =>
    stats.profiles.map((profile) => ({ labels: [["profile", profile.name]], value: measure(profile) }));
  return [
    {
      name: "plimsoll_profile_duration_seconds",
      help: "Length of the profile.",
      samples: perProfile((profile) => profile.durationMs / 1000),
    },
    {
      name: "plimsoll_arrivals_planned",
      help: "Arrivals the plan asked for.",
      samples: perProfile((profile) => profile.arrivals.planned),
    },
    { name: "plimsoll_arrivals_sent", help: "Arrivals sent.", samples: perProfile((profile) => profile.arrivals.sent) },
    {
      name: "plimsoll_arrivals_dropped",
      help: "Arrivals the generator could not send.",
      samples: perProfile((profile) => profile.arrivals.dropped),
    },
    {
      name: "plimsoll_in_flight_at_end",
      help: "Requests unfinished at the end.",
      samples: perProfile((profile) => profile.arrivals.inFlightAtEnd),
    },
    {
      name: "plimsoll_generator_health",
      help: "1 for the health of the generator, 0 for the others.",
      samples: stats.profiles.flatMap(({ name, generator }) =>
        HEALTHS.map((health) => ({
          labels: [
            ["profile", name],
            ["health", health],
          ] as const,
          value: health === generator.health ? 1 : 0,
        })),
      ),
    },
    {
      name: "plimsoll_send_lag_p99_seconds",
      help: "99th percentile of send lag.",
      samples: perProfile((profile) => profile.generator.sendLagMs.p99 / 1000),
    },
    {
      name: "plimsoll_generator_cpu_cores",
      help: "CPU time of the generator by wall time.",
      samples: perProfile((profile) => profile.generator.cpuRatio),
    },
  ];
}

function familyLines({ name, help, type, samples }: MetricFamily): string[] {
  const known = samples.filter((sample) => sample.value !== undefined);
  if (known.length === 0) return [];
  return [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type ?? "gauge"}`,
    ...known.map(({ suffix, labels, value }) => `${name}${suffix ?? ""}${labelText(labels)} ${numberText(value!)}`),
  ];
}

function labelText(labels: Labels): string {
  if (labels.length === 0) return "";
  return `{${labels.map(([name, value]) => `${name}="${escapeLabel(value)}"`).join(",")}}`;
}

function escapeLabel(value: string): string {
  return printableLine(value).replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value < 0 ? "-Inf" : "+Inf";
  return String(value);
}
