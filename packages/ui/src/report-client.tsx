/** Entry of `report.js`: takes over the page that was written without it. */
import { hydrate } from "preact";
import type { ComparisonPage } from "../../plimsoll/src/report/html-comparison.ts";
import type { ReportData } from "../../plimsoll/src/report/html-data.ts";
import { ComparisonView } from "./comparison-view.tsx";
import { followAddress } from "./follow-address.ts";
import { Report } from "./report.tsx";
import { createView } from "./view.ts";

const root = document.getElementById("plimsoll");
const json = document.getElementById("plimsoll-data")?.textContent;
if (root !== null && json) {
  const data: ReportData | ComparisonPage = JSON.parse(json);
  if (data.schema === "plimsoll.comparison-data/1") {
    hydrate(<ComparisonView comparison={data.comparison} />, root);
  } else {
    const view = createView();
    hydrate(<Report data={data} view={view} />, root);
    followAddress(view, () => data);
  }
}
