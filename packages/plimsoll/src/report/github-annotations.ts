/** Workflow commands for GitHub Actions: one line for what did not pass, shown beside the job. */
import type { Verdict } from "../verdict/judgement.ts";
import { printableLine } from "./printable.ts";
import type { ReportModel } from "./report-model.ts";
import { VERDICT_MARK } from "./style.ts";

const COMMAND = { pass: "notice", fail: "error", inconclusive: "warning" } as const satisfies Record<Verdict, string>;

/** The verdict's line first, then one for each threshold that failed or is inconclusive; each ended by a line break. */
export function renderGithubAnnotations({ stats, judgement }: ReportModel): string {
  const { verdict, because, reasons, thresholds } = judgement;
  const lines = [
    command(COMMAND[verdict], `Plimsoll ${VERDICT_MARK[verdict]} ${verdict.toUpperCase()}: ${stats.plan.name}`, [
      because,
      ...reasons,
    ]),
    ...thresholds
      .filter((judged) => judged.verdict !== "pass")
      .map(({ verdict: word, expr, profile, why }) => command(COMMAND[word], `${expr} (${profile})`, [why])),
  ];
  return `${lines.join("\n")}\n`;
}

/** One line, without its break, for a verdict. */
export function annotation(verdict: Verdict, title: string, message: readonly string[]): string {
  return command(COMMAND[verdict], title, message);
}

function command(name: "notice" | "warning" | "error", title: string, message: readonly string[]): string {
  const data = message.map((line) => escapeData(printableLine(line))).join("%0A");
  return `::${name} title=${escapeProperty(printableLine(title))}::${data}`;
}

/** As `@actions/toolkit` escapes a command's data. */
function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/** As it escapes a property's value. */
function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
