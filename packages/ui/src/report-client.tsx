/** Entry of `report.js`: takes over the page that was written without it. */
import { hydrate } from "preact";
import type { ReportData } from "../../plimsoll/src/report/html-data.ts";
import { Report } from "./report.tsx";

const root = document.getElementById("plimsoll");
const json = document.getElementById("plimsoll-data")?.textContent;
if (root !== null && json) {
  const data: ReportData = JSON.parse(json);
  hydrate(<Report data={data} />, root);
}
