import { formatCount, formatDuration, formatMs, formatRatio } from "../base/format-number.ts";
import { createStyle } from "../report/style.ts";
import { type Column, layoutTable } from "../report/text-table.ts";
import type { PathTruth, Truth } from "../simulate/truth.ts";

const COLUMNS: readonly Column[] = [
  { title: "Path", minWidth: 16, maxWidth: 48 },
  { title: "received", align: "right" },
  { title: "answered", minWidth: 14, maxWidth: 40 },
  { title: "failed", minWidth: 10, maxWidth: 40, dropOrder: 2 },
  { title: "abandoned", align: "right", dropOrder: 3 },
  { title: "open", align: "right", dropOrder: 4 },
  { title: "p50", align: "right" },
  { title: "p99", align: "right" },
  { title: "max", align: "right", dropOrder: 5 },
  { title: "late p99", align: "right", dropOrder: 1 },
];

/** What a simulator did, as a person reads it when it stops. */
export function renderTruth(truth: Truth, options: { readonly width: number; readonly colour: boolean }): string {
  const style = createStyle(options.colour);
  const rows = Object.entries(truth.paths).map(([path, counts]) => row(path, counts));
  const table = layoutTable(COLUMNS, [...rows, "rule", row("Aggregated", truth.total)], {
    width: options.width,
    titlePaint: style.dim,
    rulePaint: style.dim,
  });
  const { connections, health, malformed } = truth.apart;
  const about = [
    `counted for ${formatDuration(truth.countedMs)}`,
    `seed ${truth.seed}`,
    `CPU ${formatRatio(truth.cpuMs / truth.countedMs)} of a core`,
    `connections ${formatCount(connections)}`,
    `beside the load: health ${formatCount(health)}, malformed ${formatCount(malformed)}`,
  ];
  return `${table.join("\n")}\n${style.dim(about.join(" · "))}\n`;
}

function row(path: string, { received, answered, failed, abandoned, inProgress, serviceMs, lateMs }: PathTruth) {
  return [
    path,
    formatCount(received),
    byKind(answered),
    byKind(failed),
    formatCount(abandoned),
    formatCount(inProgress),
    formatMs(serviceMs?.p50),
    formatMs(serviceMs?.p99),
    formatMs(serviceMs?.max),
    formatMs(lateMs?.p99),
  ];
}

/** `200 990, 503 10`. */
function byKind(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).map(([kind, count]) => `${kind}: ${formatCount(count)}`);
  return parts.length === 0 ? "–" : parts.join(", ");
}
