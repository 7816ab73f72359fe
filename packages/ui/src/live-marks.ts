import type uPlot from "uplot";
import { type Chart, type ChartMark, drawnValue } from "./chart.ts";
import { pointsOf } from "./static-marks.tsx";
import type { Tone } from "./tone.ts";

const REACH_PX = 3.5;

/** Draws the lines that are single points: each kind has its shape, so that colour need not tell them apart. */
export function markHooks(chart: () => Chart, tone: Tone): uPlot.Hooks.Arrays {
  return { draw: [(u) => drawMarks(u, chart(), tone)] };
}

function drawMarks(u: uPlot, { lines, x, y }: Chart, tone: Tone): void {
  const { ctx, bbox } = u;
  ctx.save();
  ctx.beginPath();
  // As far out as a mark reaches, so that one on the edge is whole.
  ctx.rect(
    bbox.left - REACH_PX * devicePixelRatio,
    bbox.top - REACH_PX * devicePixelRatio,
    bbox.width + 2 * REACH_PX * devicePixelRatio,
    bbox.height + 2 * REACH_PX * devicePixelRatio,
  );
  ctx.clip();
  ctx.setLineDash([]);
  ctx.lineWidth = 1.6 * devicePixelRatio;
  for (const line of lines) {
    if (line.mark === undefined) continue;
    ctx.strokeStyle = ctx.fillStyle = tone(`tone-${line.tone}`);
    for (const [at, value] of pointsOf(line, x)) {
      drawMark(ctx, line.mark, [u.valToPos(at, "x", true), u.valToPos(drawnValue(y, value) ?? value, "y", true)]);
    }
  }
  ctx.restore();
}

function drawMark(ctx: CanvasRenderingContext2D, mark: ChartMark, [x, y]: readonly [number, number]): void {
  const reach = REACH_PX * devicePixelRatio;
  ctx.beginPath();
  switch (mark) {
    case "dot":
      ctx.arc(x, y, reach, 0, 2 * Math.PI);
      ctx.fill();
      break;
    case "square":
      ctx.fillRect(x - reach, y - reach, 2 * reach, 2 * reach);
      break;
    case "cross":
      ctx.moveTo(x - reach - 1, y - reach - 1);
      ctx.lineTo(x + reach + 1, y + reach + 1);
      ctx.moveTo(x - reach - 1, y + reach + 1);
      ctx.lineTo(x + reach + 1, y - reach - 1);
      ctx.stroke();
      break;
  }
}
