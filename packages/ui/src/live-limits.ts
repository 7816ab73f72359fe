import type uPlot from "uplot";
import type { Chart } from "./chart.ts";
import type { Tone } from "./live-chart.ts";

/** Draws what is set apart on the time axis under the lines, and the limits over them. */
export function limitHooks(chart: Chart, tone: Tone): uPlot.Hooks.Arrays {
  return {
    drawAxes: [(u) => drawSpans(u, chart, tone)],
    draw: [(u) => drawLimits(u, chart, tone)],
  };
}

function drawSpans(u: uPlot, { spans }: Chart, tone: Tone): void {
  const { left, top, width, height } = u.bbox;
  for (const { kind, from, to } of spans) {
    const start = Math.max(left, u.valToPos(from, "x", true));
    const end = Math.min(left + width, u.valToPos(to, "x", true));
    if (end <= start) continue;
    const tall = kind === "finding" ? 4 * devicePixelRatio : height;
    u.ctx.fillStyle = tone(kind === "finding" ? "fail" : "shade");
    u.ctx.fillRect(start, top + height - tall, end - start, tall);
  }
}

function drawLimits(u: uPlot, { limits }: Chart, tone: Tone): void {
  const { ctx } = u;
  const { left, width } = u.bbox;
  ctx.save();
  ctx.setLineDash([]);
  ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textAlign = "right";
  for (const { value, label } of limits) {
    const y = Math.round(u.valToPos(value, "y", true)) + 0.5;
    ctx.strokeStyle = ctx.fillStyle = tone("limit");
    ctx.lineWidth = devicePixelRatio;
    ctx.beginPath();
    ctx.moveTo(left, y);
    ctx.lineTo(left + width, y);
    ctx.stroke();
    ctx.strokeStyle = tone("paper");
    ctx.lineWidth = 3 * devicePixelRatio;
    ctx.strokeText(label, left + width - 4 * devicePixelRatio, y - 4 * devicePixelRatio);
    ctx.fillText(label, left + width - 4 * devicePixelRatio, y - 4 * devicePixelRatio);
  }
  ctx.restore();
}
