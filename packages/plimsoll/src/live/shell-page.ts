/** The document at `/`: no data, no script of its own; and the headers that every answer carries. */

/** For every answer. Nothing is kept by a cache, framed, sniffed, sent on as a referrer, or read by another origin. */
export const COMMON_HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
} as const;

/** Only scripts, styles and answers of this server. */
export const SHELL_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data: blob:",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/**
 * For `report.html`, which may come from anyone: its own script runs (the document itself names it by hash), but in an
 * origin of its own, from where neither this server nor any other can be asked.
 */
export const REPORT_POLICY = [
  "default-src 'none'",
  "script-src 'unsafe-inline'",
  "style-src 'unsafe-inline'",
  "img-src data: blob:",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "sandbox allow-scripts allow-downloads",
].join("; ");

export const SHELL_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>Plimsoll</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/live.css">
</head>
<body>
<div id="plimsoll"></div>
<noscript>This page needs JavaScript. plimsoll report and each run's report.html do without.</noscript>
<script src="/live.js" defer></script>
</body>
</html>
`;
