/** `comparison.md`, also what a GitHub step summary shows. */
import { metricTexts, ratioChangeFigure } from "../verdict/change-figure.ts";
import type { ComparedProfile, Comparison, MetricChange } from "../verdict/comparison-answer.ts";
import { capacityWords } from "../verdict/comparison-sentence.ts";
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
    ...comparison.profiles.map(profileBlock),
    capacity === undefined
      ? ""
      : `### Capacity\n\n${VERDICT_MARK[capacity.verdict]} ${capacity.verdict}: ${ratioChangeFigure(capacity.changeRatio)}, ${escapeMarkdown(capacityWords(capacity))}`,
    listBlock("Next", comparison.advice),
    listBlock("Notes", comparison.notes),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

function profileBlock(profile: ComparedProfile): string {
  const facts = [...profile.reasons, runsText(profile), noiseText(profile), seesText(profile), ...profile.warnings];
  const list = facts.filter((fact) => fact !== "").map((fact) => `- ${escapeMarkdown(fact)}`);
  return [`### ${escapeMarkdown(profile.name)}`, metricsTable(profile.metrics), list.join("\n")]
    .filter((block) => block !== "")
    .join("\n\n");
}

function metricsTable(metrics: readonly MetricChange[]): string {
  if (metrics.length === 0) return "";
  const lines = metrics.map((metric) => {
    const { verdict, why } = metric;
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
