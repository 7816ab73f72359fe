/** `comparison.md`, also what a GitHub step summary shows. */
import { metricTexts, ratioChangeFigure } from "../verdict/change-figure.ts";
import type { ComparedProfile, Comparison, MetricChange } from "../verdict/comparison-answer.ts";
import { capacityWords, openIntervalText } from "../verdict/comparison-sentence.ts";
import { noiseText, runsText, seesText } from "./comparison-terminal.ts";
import { escapeMarkdown } from "./markdown.ts";
import { VERDICT_MARK } from "./style.ts";

/** GitHub-flavoured Markdown, ended by a line break. */
export function renderComparisonMarkdown(comparison: Comparison): string {
  const { verdict, because, base, next, capacity } = comparison;
  const title = `## ⦵ ${VERDICT_MARK[verdict]} ${verdict.toUpperCase()}: ${escapeMarkdown(next.name)} against ${escapeMarkdown(base.name)}`;
  const blocks = [
    title,
    `**${escapeMarkdown(because)}**`,
    comparison.isPointsOnly ? "Point figures only: nothing tells how sure they are." : "",
    ...comparison.profiles.map((profile) => profileBlock(profile, comparison.maxRegressionRatio)),
    capacity === undefined
      ? ""
      : `### Capacity\n\n${VERDICT_MARK[capacity.verdict]} ${capacity.verdict}: ${ratioChangeFigure(capacity.changeRatio)}, ${escapeMarkdown(capacityWords(capacity))}`,
    listBlock("Next", comparison.advice),
    listBlock("Notes", comparison.notes),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

function profileBlock(profile: ComparedProfile, maxRegressionRatio: number): string {
  const facts = [...profile.reasons, runsText(profile), noiseText(profile), seesText(profile), ...profile.warnings];
  const list = facts.filter((fact) => fact !== "").map((fact) => `- ${escapeMarkdown(fact)}`);
  return [`### ${escapeMarkdown(profile.name)}`, metricsTable(profile.metrics, maxRegressionRatio), list.join("\n")]
    .filter((block) => block !== "")
    .join("\n\n");
}

function metricsTable(metrics: readonly MetricChange[], maxRegressionRatio: number): string {
  if (metrics.length === 0) return "";
  const lines = metrics.map((metric) => {
    const { verdict } = metric;
    const why = openIntervalText(metric, maxRegressionRatio) ?? metric.why;
    const [task = "", ...figures] = metricTexts(metric);
    const cells = [`${VERDICT_MARK[verdict]} ${verdict}`, escapeMarkdown(task), ...figures, escapeMarkdown(why)];
    return `| ${cells.join(" | ")} |`;
  });
  return [
    "| verdict | task | figure | BASE | NEW | change | interval | sees from | why |",
    "| :-- | :-- | :-- | --: | --: | --: | --: | --: | :-- |",
    ...lines,
  ].join("\n");
}

function listBlock(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : `### ${title}\n\n${lines.map((line) => `- ${escapeMarkdown(line)}`).join("\n")}`;
}
