import { type Chart, DASHES_PX, FINDING_BAR_PX, isFinding, namedInLegend, SPAN_TONES } from "./chart.ts";

const MARGIN_PX = 16;
const LINE_PX = 18;

/** The canvas of a chart with its title and legend above it, on the page's ground. @throws without a canvas */
export function chartPng(host: HTMLElement, chart: Chart): Promise<Blob> {
  const plot = host.querySelector("canvas");
  if (plot === null) return Promise.reject(new Error("the chart is not drawn"));
  const style = getComputedStyle(host);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const scale = devicePixelRatio;
  const headPx = MARGIN_PX + LINE_PX * (chart.lines.length + namedInLegend(chart).length > 0 ? 2 : 1) + 8;
  const canvas = document.createElement("canvas");
  canvas.width = plot.width + 2 * MARGIN_PX * scale;
  canvas.height = plot.height + (headPx + MARGIN_PX) * scale;
  const ctx = canvas.getContext("2d");
  if (ctx === null) return Promise.reject(new Error("no canvas"));
  ctx.fillStyle = colour("paper");
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  ctx.drawImage(plot, MARGIN_PX * scale, headPx * scale);
  ctx.scale(scale, scale);
  drawTitle(ctx, chart, colour);
  drawLegend(ctx, chart, colour);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob === null ? reject(new Error("no picture")) : resolve(blob)), "image/png"),
  );
}

type Colour = (name: string) => string;

function drawTitle(ctx: CanvasRenderingContext2D, { title, subject, unit }: Chart, colour: Colour): void {
  ctx.font = "600 14px system-ui, sans-serif";
  ctx.fillStyle = colour("ink");
  ctx.fillText(title, MARGIN_PX, MARGIN_PX + 12);
  const left = MARGIN_PX + ctx.measureText(title).width + 10;
  ctx.font = "12px system-ui, sans-serif";
  ctx.fillStyle = colour("faint");
  const roomPx = ctx.canvas.width / devicePixelRatio - MARGIN_PX - left;
  ctx.fillText(subject === undefined ? unit : `${subject} · ${unit}`, left, MARGIN_PX + 12, Math.max(1, roomPx));
}

function drawLegend(ctx: CanvasRenderingContext2D, chart: Chart, colour: Colour): void {
  let left = MARGIN_PX;
  const y = MARGIN_PX + LINE_PX + 10;
  const tell = (label: string): void => {
    ctx.fillStyle = colour("muted");
    ctx.fillText(label, left + 24, y);
    left += 24 + ctx.measureText(label).width + 16;
  };
  ctx.lineWidth = 1.6;
  for (const { label, tone, dash, mark } of chart.lines) {
    ctx.strokeStyle = colour(`tone-${tone}`);
    ctx.setLineDash(dash !== undefined ? [...DASHES_PX[dash]] : mark === undefined ? [] : [3, 3]);
    ctx.beginPath();
    ctx.moveTo(left, y - 4);
    ctx.lineTo(left + 18, y - 4);
    ctx.stroke();
    tell(label);
  }
  for (const { kind, label } of namedInLegend(chart)) {
    const tallPx = isFinding({ kind }) ? FINDING_BAR_PX : 8;
    ctx.fillStyle = colour(SPAN_TONES[kind]);
    ctx.fillRect(left, y - 4 - tallPx / 2, 18, tallPx);
    tell(label);
  }
}
