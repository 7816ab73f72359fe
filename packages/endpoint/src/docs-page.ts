import { createHash } from "node:crypto";
import { type OpenApiDocument, type OpenApiOperation, openApiDocument } from "./openapi.ts";

/** A page and the policy it is served under. */
export interface DocsPage {
  readonly html: string;
  /** Nothing but the page's own style: no script, no network. */
  readonly contentSecurityPolicy: string;
}

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --accent: #0b6bcb; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
h2 { border-top: 1px solid var(--line); padding-top: 1.25rem; font-size: 1.1rem; }
code, pre { font: 14px/1.45 ui-monospace, monospace; }
pre { border: 1px solid var(--line); border-radius: 6px; padding: .75rem; overflow-x: auto; }
.method { color: var(--accent); text-transform: uppercase; font-weight: 600; }
td { padding: .15rem 1rem .15rem 0; vertical-align: top; }
`;

/** Renders an OpenAPI document as one self-contained page. */
export function renderDocs({ info, paths, components }: OpenApiDocument): DocsPage {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => renderOperation(method, path, operation)),
  );
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(info.title)}</title><style>${STYLE}</style></head><body>
<h1>${escapeHtml(info.title)} <small>${escapeHtml(info.version)}</small></h1>
<p>${escapeHtml(info.description)} The same as data: <a href="/openapi.json">openapi.json</a>.</p>
${operations.join("\n")}
<h2>Schemas</h2>
${renderJson(components)}
</body></html>
`;
  const styleHash = createHash("sha256").update(STYLE).digest("base64");
  const contentSecurityPolicy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
  return { html, contentSecurityPolicy };
}

function renderOperation(method: string, path: string, operation: OpenApiOperation): string {
  const rows = Object.entries(operation.responses).map(
    ([status, { description }]) => `<tr><td><code>${status}</code></td><td>${escapeHtml(description)}</td></tr>`,
  );
  return `<h2><code><span class="method">${method}</span> ${escapeHtml(path)}</code> · ${escapeHtml(operation.summary)}</h2>
<p>${escapeHtml(operation.description)}</p>
${operation.requestBody === undefined ? "" : renderJson(operation.requestBody)}
<table>${rows.join("")}</table>`;
}

function renderJson(value: object): string {
  return `<pre tabindex="0">${escapeHtml(JSON.stringify(value, null, 2))}</pre>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** The endpoint's own documentation, rendered once. */
export const docsPage: DocsPage = renderDocs(openApiDocument);
