import { csvRow, csvText } from "../../plimsoll/src/report/csv-text.ts";
import type { Chart } from "./chart.ts";
import { eachHeatCell, heatRowMs } from "./heat-levels.ts";
import type { TimeRange } from "./zoom.ts";

/** The values of a chart as CSV, a row a place on its x axis; only those in the part that is shown. */
export function chartCsv(chart: Chart, range: TimeRange | undefined): string {
  return chart.heat === undefined ? linesCsv(chart, range) : heatCsv(chart, range);
}

function linesCsv({ x, y, lines }: Chart, range: TimeRange | undefined): string {
  const head = csvRow([x.heading, ...lines.map(({ label }) => csvText(headingOf(label, y.unit)))]);
  const rows = x.values.map((at, index) =>
    isShown(at, range) ? csvRow([xCell(x.kind, at), ...lines.map((line) => numberCell(line.values[index]))]) : "",
  );
  return head + rows.join("");
}

/** `p50_ms`, `send_lag_p99_ms`; a name without a unit stays as it is. */
function headingOf(label: string, unit: Chart["y"]["unit"]): string {
  return unit === undefined ? label : `${label.replaceAll(" ", "_")}_${unit}`;
}

function heatCsv({ heat }: Chart, range: TimeRange | undefined): string {
  const rows: string[] = [csvRow(["time_s", "from_ms", "to_ms", "requests"])];
  if (heat === undefined) return "";
  eachHeatCell(heat, (column, row, count) => {
    const at = (column * heat.columnMs) / 1000;
    const [from, to] = heatRowMs(heat, row).map((ms) => Number(ms.toPrecision(6)));
    if (isShown(at, range)) rows.push(csvRow([String(at), numberCell(from), numberCell(to), String(count)]));
  });
  return rows.join("");
}

function isShown(at: number, range: TimeRange | undefined): boolean {
  return range === undefined || (at >= range.from && at <= range.to);
}

/** A tail is told as the percentile it stands for. */
function xCell(kind: Chart["x"]["kind"], at: number): string {
  return String(kind === "tail" ? Number((100 * (1 - 10 ** -at)).toPrecision(8)) : at);
}

function numberCell(value: number | null | undefined): string {
  return value === null || value === undefined ? "" : String(value);
}
