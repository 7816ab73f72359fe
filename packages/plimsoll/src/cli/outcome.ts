import { appendFileSync } from "node:fs";
import { isInterrupted } from "../base/exit-codes.ts";
import { renderGithubAnnotations } from "../report/github-annotations.ts";
import { renderMarkdown } from "../report/markdown.ts";
import { renderSummaryJson } from "../report/summary-json.ts";
import { renderTerminalSummary, renderVerdictLine } from "../report/terminal-summary.ts";
import type { Console } from "./console.ts";
import type { SessionResult } from "./run-session.ts";

/** Prints what a run came to: one JSON document, the summary for people, or its one line; and tells GitHub when it is there. */
export function printOutcome(result: SessionResult, outDir: string, console: Console): void {
  const { model, fileNames, movedTo } = result;
  if (movedTo !== undefined) console.note(`the run that was in ${outDir} is now in ${movedTo}\n`);
  const text = renderTerminalSummary(model, {
    width: console.columns,
    colour: console.hasColour,
    files: { folder: outDir, names: fileNames },
  });
  if (console.isJson) {
    console.out(renderSummaryJson(model));
    console.note(text);
  } else console.out(console.isQuiet ? renderVerdictLine(model.judgement, console.hasColour) : text);
  tellGithub(result, console);
  if (isInterrupted(result.exitCode)) console.note(`interrupted: everything measured until then is in ${outDir}\n`);
}

function tellGithub({ model }: SessionResult, console: Console): void {
  if (process.env["GITHUB_ACTIONS"] !== "true") return;
  const annotations = renderGithubAnnotations(model);
  if (console.isJson || console.isQuiet) console.note(annotations);
  else console.out(annotations);
  const summaryFile = process.env["GITHUB_STEP_SUMMARY"];
  if (summaryFile) appendFileSync(summaryFile, renderMarkdown(model));
}
