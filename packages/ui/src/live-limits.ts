import type uPlot from "uplot";
import { type Chart, FINDING_BAR_PX, isFinding, isNamed, MARKER_LEFT_FROM, MARKER_ROWS, SPAN_TONES } from "./chart.ts";
import type { Tone } from "./tone.ts";

/** Draws what is set apart on the time axis under the lines, and the limits over them. */
export function limitHooks(chart: () => Chart, tone: Tone): uPlot.Hooks.Arrays {
  return {
    drawAxes: [(u) => drawSpans(u, chart(), tone)],
    draw: [
      (u) => {
        drawLimits(u, chart(), tone);
        drawMarkers(u, chart(), tone);
      },
    ],
  };
}

function drawSpans(u: uPlot, chart: Chart, tone: Tone): void {
  const { left, top, width, height } = u.bbox;
  for (const span of chart.spans) {
    const start = Math.max(left, u.valToPos(span.from, "x", true));
    const end = Math.min(left + width, u.valToPos(span.to, "x", true));
    if (end <= start) continue;
    u.ctx.fillStyle = tone(SPAN_TONES[span.kind]);
    u.ctx.fillRect(start, top, end - start, isFinding(span) ? FINDING_BAR_PX * devicePixelRatio : height);
    if (!isNamed(span, chart)) continue;
    u.ctx.font = canvasFont();
    u.ctx.textAlign = "left";
    u.ctx.fillStyle = tone("faint");
    u.ctx.fillText(span.label, start + 4 * devicePixelRatio, top + 12 * devicePixelRatio);
  }
}

function drawLimits(u: uPlot, { limits }: Chart, tone: Tone): void {
  const { ctx } = u;
  const { left, width } = u.bbox;
  ctx.save();
  ctx.setLineDash([]);
  ctx.font = canvasFont();
  for (const { value, label, isLabelFirst } of limits) {
    const y = Math.round(u.valToPos(value, "y", true)) + 0.5;
    ctx.strokeStyle = ctx.fillStyle = tone("limit");
    ctx.lineWidth = devicePixelRatio;
    ctx.beginPath();
    ctx.moveTo(left, y);
    ctx.lineTo(left + width, y);
    ctx.stroke();
    ctx.strokeStyle = tone("paper");
    ctx.lineWidth = 3 * devicePixelRatio;
    ctx.textAlign = isLabelFirst ? "left" : "right";
    const x = isLabelFirst ? left + 4 * devicePixelRatio : left + width - 4 * devicePixelRatio;
    ctx.strokeText(label, x, y - 5 * devicePixelRatio);
    ctx.fillText(label, x, y - 5 * devicePixelRatio);
  }
  ctx.restore();
}

function drawMarkers(u: uPlot, { markers = [] }: Chart, tone: Tone): void {
  const { ctx } = u;
  const { top, height, left, width } = u.bbox;
  ctx.save();
  ctx.setLineDash([]);
  ctx.font = canvasFont();
  ctx.lineWidth = devicePixelRatio;
  ctx.strokeStyle = ctx.fillStyle = tone("ink");
  markers.forEach(({ at, label, isOnTop }, index) => {
    const x = Math.round(u.valToPos(at, "x", true)) + 0.5;
    if (x < left || x > left + width + 1) return;
    const isToTheLeft = isOnTop || x > left + width * MARKER_LEFT_FROM;
    ctx.beginPath();
    ctx.moveTo(x, top);
    ctx.lineTo(x, top + height);
    ctx.stroke();
    ctx.textAlign = isToTheLeft ? "right" : "left";
    const baseline = isOnTop ? top + 12 * devicePixelRatio : rowFoot(top + height, index);
    ctx.fillText(label, x + (isToTheLeft ? -4 : 4) * devicePixelRatio, baseline);
  });
  ctx.restore();
}

function rowFoot(foot: number, index: number): number {
  return foot - (6 + 14 * (index % MARKER_ROWS)) * devicePixelRatio;
}

function canvasFont(): string {
  return `${11 * devicePixelRatio}px system-ui, sans-serif`;
}
