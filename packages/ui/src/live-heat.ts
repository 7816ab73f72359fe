import type uPlot from "uplot";
import type { Heat } from "../../plimsoll/src/report/html-heat.ts";
import { eachHeatCell, HEAT_LEVELS, heatLevelOf, heatRowMs } from "./heat-levels.ts";
import type { Tone } from "./tone.ts";

/** Paints the cells of a heatmap on the plot's own canvas. */
export function heatHooks(heat: () => Heat | undefined, tone: Tone): uPlot.Hooks.Arrays {
  const shades = Array.from({ length: HEAT_LEVELS }, (_, level) => tone(`heat-${level}`));
  const draw = (u: uPlot): void => {
    const map = heat();
    if (map !== undefined) drawHeat(u, map, shades);
  };
  return { drawAxes: [draw] };
}

function drawHeat(u: uPlot, heat: Heat, shades: readonly string[]): void {
  const { ctx, bbox } = u;
  const columnSec = heat.columnMs / 1000;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  eachHeatCell(heat, (column, row, count) => {
    const [low, high] = heatRowMs(heat, row);
    const left = Math.floor(u.valToPos(column * columnSec, "x", true));
    const right = Math.floor(u.valToPos((column + 1) * columnSec, "x", true));
    const top = Math.floor(u.valToPos(high, "y", true));
    const bottom = Math.floor(u.valToPos(low, "y", true));
    ctx.fillStyle = shades[heatLevelOf(count, heat.maxCount)]!;
    ctx.fillRect(left, top, Math.max(1, right - left), Math.max(1, bottom - top));
  });
  ctx.restore();
}

/** Requests in the cell at an instant (s) and a response time (ms), with the row's edges; undefined outside the map. */
export function heatCellAt(
  heat: Heat,
  atSec: number,
  ms: number,
): { readonly count: number; readonly fromMs: number; readonly toMs: number } | undefined {
  const column = Math.floor((atSec * 1000) / heat.columnMs);
  for (let row = 0; row < heat.rowCount; row++) {
    const [fromMs, toMs] = heatRowMs(heat, row);
    if (ms < fromMs || ms >= toMs) continue;
    let found = 0;
    eachHeatCell(heat, (c, r, count) => {
      if (c === column && r === row) found = count;
    });
    return { count: found, fromMs, toMs };
  }
  return undefined;
}
