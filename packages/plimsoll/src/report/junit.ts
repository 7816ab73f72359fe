/** `junit.xml`: a suite a profile, a case a threshold, so that CI shows a missed limit as a failed test. */
import type { ProfileStats, RunStats } from "../analysis/run-stats.ts";
import { formatDuration, formatInterval, formatLimit } from "../base/format-number.ts";
import type { Judgement, ThresholdJudgement } from "../verdict/judgement.ts";
import { printableLine } from "./printable.ts";
import type { ReportModel } from "./report-model.ts";
import { loadText } from "./terminal-profile.ts";
import { observedText } from "./terminal-thresholds.ts";

interface Case {
  readonly name: string;
  readonly outcome: "pass" | "fail" | "inconclusive" | "skipped";
  /** One line. */
  readonly message: string;
  /** The evidence. */
  readonly detail: string;
}

interface Suite {
  readonly name: string;
  readonly timestamp: string | undefined;
  readonly durationMs: number;
  readonly cases: readonly Case[];
}

/**
 * A failed threshold is a `<failure>`, an inconclusive one an `<error>`, one on a profile that never ran `<skipped>`.
 * What no threshold explains (an unfit generator, no requests, an interruption) is a case of its own, named `verdict`.
 */
export function renderJunit({ stats, judgement }: ReportModel): string {
  const suites = [
    ...stats.profiles.map((profile) => profileSuite(profile, judgement)),
    ...stats.plan.phases.slice(stats.profiles.length).map((phase) =>
      skippedSuite(
        phase.name,
        stats.plan.thresholds.map(({ expr }) => expr),
      ),
    ),
    ...verdictSuite(judgement, stats),
  ].filter((suite) => suite.cases.length > 0);
  const properties = [
    ["version", stats.header.version],
    ["seed", String(stats.plan.seed)],
    ["target", stats.plan.target],
    ["run", stats.header.run],
  ] as const;
  const lines = suites.flatMap((suite) => suiteLines(suite, properties));
  const total = suiteCounts(suites.flatMap((suite) => suite.cases));
  const head = `<testsuites name="plimsoll" ${total} time="${seconds(stats.end.atMs)}">`;
  return `${['<?xml version="1.0" encoding="UTF-8"?>', head, ...lines, "</testsuites>"].join("\n")}\n`;
}

function profileSuite(profile: ProfileStats, judgement: Judgement): Suite {
  const judged = judgement.thresholds.filter((threshold) => threshold.profile === profile.name);
  return {
    name: profile.name,
    timestamp: profile.startedAt,
    durationMs: profile.durationMs,
    cases: uniqueNames(judged.map((threshold) => thresholdCase(threshold, profile))),
  };
}

function thresholdCase(judged: ThresholdJudgement, profile: ProfileStats): Case {
  const { expr, task, observed, limit, unit, verdict, why } = judged;
  const isNamed = task === "Aggregated" || expr.includes(task);
  const evidence = [
    `Observed: ${observedText(observed, unit)}`,
    `Interval: ${formatInterval(observed?.low, observed?.high, unit)}`,
    `Limit: ${formatLimit(limit, unit)}`,
    `Requests judged: ${observed?.n ?? 0}`,
    ...(observed === undefined
      ? []
      : [`Window: ${formatDuration(observed.fromMs)} to ${formatDuration(observed.toMs)}`]),
    `Load: ${loadText(profile)}`,
  ];
  return { name: isNamed ? expr : `${task} ${expr}`, outcome: verdict, message: why, detail: evidence.join("\n") };
}

function skippedSuite(name: string, exprs: readonly string[]): Suite {
  const message = "The profile never ran.";
  const cases = exprs.map((expr): Case => ({ name: expr, outcome: "skipped", message, detail: "" }));
  return { name, timestamp: undefined, durationMs: 0, cases: uniqueNames(cases) };
}

function verdictSuite(judgement: Judgement, { plan, startedAt }: RunStats): Suite[] {
  const { verdict, thresholds, because, reasons } = judgement;
  const isExplained = thresholds.some((threshold) => threshold.verdict === verdict);
  if (isExplained) return [];
  const detail = [...new Set([because, ...reasons])].join("\n");
  const cases: Case[] = [{ name: "verdict", outcome: verdict, message: because, detail }];
  return [{ name: plan.search === undefined ? "run" : "find", timestamp: startedAt, durationMs: 0, cases }];
}

/** GitLab shows only the first of two cases of one name. */
function uniqueNames(cases: readonly Case[]): Case[] {
  const seen = new Map<string, number>();
  return cases.map((one) => {
    const times = (seen.get(one.name) ?? 0) + 1;
    seen.set(one.name, times);
    return times === 1 ? one : { ...one, name: `${one.name} (${times})` };
  });
}

function suiteLines(suite: Suite, properties: readonly (readonly [string, string])[]): string[] {
  const timestamp =
    suite.timestamp === undefined ? "" : ` timestamp="${xml(suite.timestamp.replace(/(?:\.\d+)?Z$/, ""))}"`;
  const counts = suiteCounts(suite.cases);
  return [
    `  <testsuite name="${xml(suite.name)}" ${counts} time="${seconds(suite.durationMs)}"${timestamp}>`,
    "    <properties>",
    ...properties.map(([name, value]) => `      <property name="${name}" value="${xml(value)}"/>`),
    "    </properties>",
    ...suite.cases.flatMap((one) => caseLines(one, suite)),
    "  </testsuite>",
  ];
}

function caseLines({ name, outcome, message, detail }: Case, suite: Suite): string[] {
  const opening = `    <testcase classname="${xml(`plimsoll.${suite.name}`)}" name="${xml(name)}" time="0.000"`;
  const text = detail.split("\n").map(xml).join("\n");
  if (outcome === "pass")
    return [`${opening}>`, `      <system-out>${xml(message)}\n${text}</system-out>`, "    </testcase>"];
  if (outcome === "skipped") return [`${opening}>`, `      <skipped message="${xml(message)}"/>`, "    </testcase>"];
  const [element, type] = outcome === "fail" ? ["failure", "threshold"] : ["error", "inconclusive"];
  return [
    `${opening}>`,
    `      <${element} type="${type}" message="${xml(message)}">${text}</${element}>`,
    "    </testcase>",
  ];
}

function suiteCounts(cases: readonly Case[]): string {
  const count = (outcome: Case["outcome"]): number => cases.filter((one) => one.outcome === outcome).length;
  return `tests="${cases.length}" failures="${count("fail")}" errors="${count("inconclusive")}" skipped="${count("skipped")}"`;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

/** Text for XML 1.0, in content and attributes: printable, the five entities escaped, no non-characters. */
function xml(text: string): string {
  return printableLine(text)
    .replace(/[\ufffe\uffff]/g, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&apos;");
}
