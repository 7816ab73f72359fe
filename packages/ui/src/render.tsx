/** Entry of `render.js`: the page as text, for the file and for readers without JavaScript. */
import { renderToString } from "preact-render-to-string";
import type { ComparisonPage } from "../../plimsoll/src/report/html-comparison.ts";
import type { ReportData } from "../../plimsoll/src/report/html-data.ts";
import { ComparisonView } from "./comparison-view.tsx";
import { Report } from "./report.tsx";

/** The report's body as HTML; all text of the data is escaped. Same data, same bytes. */
export function renderReportBody(data: ReportData): string {
  return renderToString(<Report data={data} />);
}

/** The same of a page that holds a comparison alone. */
export function renderComparisonBody({ comparison }: ComparisonPage): string {
  return renderToString(<ComparisonView comparison={comparison} />);
}
