/**
 * `report.html`: one document that needs no network. Its page is drawn by the ui package, which comes in as text, so
 * that this layer stays pure: what it adds is the frame, the data and a policy that lets nothing else run.
 */
import type { ComparisonData, ComparisonPage } from "./html-comparison.ts";
import { type ReportData, reportDataOf } from "./html-data.ts";
import { escapeHtml, scriptSafeJson, visibleJson } from "./html-text.ts";
import type { ReportModel } from "./report-model.ts";

/** The built ui package and the one function of the host that the policy needs. */
export interface ReportUi {
  /** `report.js`: makes the charts interactive. */
  readonly script: string;
  /** `report.css`. */
  readonly css: string;
  /** The page without JavaScript. */
  readonly renderBody: (data: ReportData) => string;
  /** The page of a comparison without JavaScript. */
  readonly renderComparisonBody?: (page: ComparisonPage) => string;
  /** Base64 of the SHA-256 of the text's UTF-8 bytes. */
  readonly sha256Base64: (text: string) => string;
}

const VERDICT_TITLES = { pass: "✓ PASS", fail: "✗ FAIL", inconclusive: "◐ INCONCLUSIVE" } as const;
const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Cg fill='none' stroke='%232a6fb0' stroke-width='3.2'%3E%3Ccircle cx='16' cy='16' r='9.5'/%3E%3Cpath d='M1 16h30'/%3E%3C/g%3E%3C/svg%3E";

/** The report as one self-contained document; same model and ui, same bytes. */
export function renderHtml(model: ReportModel, ui: ReportUi): string {
  return renderDataHtml(reportDataOf(model), ui);
}

/** The same from data that somebody has added to: a capacity, a comparison. */
export function renderDataHtml(whole: ReportData, ui: ReportUi): string {
  const json = visibleJson(whole);
  // Parsed back so that the page rendered here and the one mounted from the document see the very same values.
  const data: ReportData = JSON.parse(json);
  const title = `${VERDICT_TITLES[data.judgement.verdict]} · ${data.run.name} · Plimsoll`;
  return documentOf({ title, body: ui.renderBody(data), json }, ui);
}

/** Two results beside each other as a document of their own. */
export function renderComparisonHtml(comparison: ComparisonData, ui: ReportUi): string {
  const json = visibleJson({ schema: "plimsoll.comparison-data/1", comparison } satisfies ComparisonPage);
  const page: ComparisonPage = JSON.parse(json);
  const { verdict, baseName, newName } = page.comparison;
  const title = `${VERDICT_TITLES[verdict]} · ${newName} against ${baseName} · Plimsoll`;
  return documentOf({ title, body: ui.renderComparisonBody?.(page) ?? "", json }, ui);
}

interface DocumentParts {
  readonly title: string;
  /** HTML. */
  readonly body: string;
  readonly json: string;
}

function documentOf({ title, body, json }: DocumentParts, ui: ReportUi): string {
  const { script, css } = ui;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyOf(ui)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="${ICON}">
<style>${css}</style>
</head>
<body>
<div id="plimsoll">${body}</div>
<script type="application/json" id="plimsoll-data">${scriptSafeJson(json)}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** Only this document's own script and style, by hash; images only from within. */
function policyOf({ script, css, sha256Base64 }: ReportUi): string {
  return [
    "default-src 'none'",
    `script-src 'sha256-${sha256Base64(script)}'`,
    `style-src 'sha256-${sha256Base64(css)}'`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}
