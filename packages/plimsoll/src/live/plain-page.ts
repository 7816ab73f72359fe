/** A page without the ui package: exchanges the token and lists the runs as text. */
import type { LiveUi } from "./page-options.ts";

const SCRIPT = `"use strict";
const root = document.getElementById("plimsoll");
const line = (text) => {
  const row = document.createElement("p");
  row.textContent = text;
  root.append(row);
};
async function open() {
  const token = new URLSearchParams(location.hash.slice(1)).get("t");
  if (token !== null) {
    history.replaceState(null, "", location.pathname);
    const headers = { "content-type": "application/json" };
    const answer = await fetch("/api/session", { method: "POST", headers, body: JSON.stringify({ token }) });
    if (!answer.ok) return line("The address is not the one that was printed last.");
  }
  const answer = await fetch("/api/runs");
  if (!answer.ok) return line("No session: open the address that plimsoll ui printed.");
  const { runs } = await answer.json();
  if (runs.length === 0) line("No run yet.");
  for (const run of runs) line([run.startedAt, run.verdict ?? run.state, run.name, run.folder].join("  "));
}
void open();
`;

export const PLAIN_UI: LiveUi = {
  script: SCRIPT,
  css: "body { font: 14px/1.6 ui-monospace, monospace; margin: 2rem; white-space: pre-wrap; }\n",
};
