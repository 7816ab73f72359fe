import type uPlot from "uplot";
import {
  type Chart,
  FINDING_BAR_PX,
  isFinding,
  isNamed,
  isNamedAtEnd,
  MARKER_LEFT_FROM,
  markerFoot,
  SPAN_LABEL_FOOT_PX,
  SPAN_TONES,
} from "./chart.ts";
import { limitLabelFeet } from "./limit-labels.ts";
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
    const isAtEnd = isNamedAtEnd(span, chart);
    u.ctx.textAlign = isAtEnd ? "right" : "left";
    u.ctx.fillStyle = tone("faint");
    const x = isAtEnd ? end - 4 * devicePixelRatio : start + 4 * devicePixelRatio;
    u.ctx.fillText(span.label, x, top + SPAN_LABEL_FOOT_PX * devicePixelRatio);
  }
}

function drawLimits(u: uPlot, chart: Chart, tone: Tone): void {
  const { ctx } = u;
  const { left, top, width } = u.bbox;
  const feet = limitLabelFeet(chart);
  ctx.save();
  ctx.setLineDash([]);
  ctx.font = canvasFont();
  for (const { value } of chart.limits) {
    const y = Math.round(u.valToPos(value, "y", true)) + 0.5;
    ctx.strokeStyle = tone("limit");
    ctx.lineWidth = devicePixelRatio;
    ctx.beginPath();
    ctx.moveTo(left, y);
    ctx.lineTo(left + width, y);
    ctx.stroke();
  }
  ctx.fillStyle = tone("limit");
  chart.limits.forEach(({ label, isLabelFirst }, index) => {
    ctx.textAlign = isLabelFirst ? "left" : "right";
    const x = isLabelFirst ? left + 4 * devicePixelRatio : left + width - 4 * devicePixelRatio;
    writeOnPaper(ctx, label, [x, top + (feet[index] ?? 0) * devicePixelRatio], tone);
  });
  ctx.restore();
}

/** Text that lines do not cross. */
function writeOnPaper(
  ctx: CanvasRenderingContext2D,
  text: string,
  [x, y]: readonly [number, number],
  tone: Tone,
): void {
  ctx.strokeStyle = tone("paper");
  ctx.lineWidth = 3 * devicePixelRatio;
  ctx.lineJoin = "round";
  ctx.strokeText(text, x, y);
  ctx.fillText(text, x, y);
}

function drawMarkers(u: uPlot, chart: Chart, tone: Tone): void {
  const { ctx } = u;
  const { top, height, left, width } = u.bbox;
  ctx.save();
  ctx.setLineDash([]);
  ctx.font = canvasFont();
  ctx.fillStyle = tone("ink");
  chart.markers?.forEach((marker, index) => {
    const { at, label, isOnTop } = marker;
    const x = Math.round(u.valToPos(at, "x", true)) + 0.5;
    if (x < left || x > left + width + 1) return;
    const isToTheLeft = isOnTop || x > left + width * MARKER_LEFT_FROM;
    ctx.strokeStyle = tone("ink");
    ctx.lineWidth = devicePixelRatio;
    ctx.beginPath();
    ctx.moveTo(x, top);
    ctx.lineTo(x, top + height);
    ctx.stroke();
    if (label === undefined) return;
    ctx.textAlign = isToTheLeft ? "right" : "left";
    const baseline = top + markerFoot(marker, index, chart) * devicePixelRatio;
    writeOnPaper(ctx, label, [x + (isToTheLeft ? -4 : 4) * devicePixelRatio, baseline], tone);
  });
  ctx.restore();
}

function canvasFont(): string {
  return `${11 * devicePixelRatio}px system-ui, sans-serif`;
}
