import type { RunEnd } from "../analysis/run-stats.ts";
import { formatDuration } from "../base/format-number.ts";

/** How long a run took, with how it ended when not as planned: `2 m`, `interrupted after 12 s`. */
export function runLengthText(end: RunEnd): string {
  const length = formatDuration(end.atMs);
  if (end.kind === "complete") return length;
  return end.kind === "damaged" ? `${length}, journal damaged` : `${end.kind} after ${length}`;
}
