import type { Page } from "playwright-core";

/** What is to be seen in a chart of response times that was copied as a picture. */
export interface CopiedPicture {
  readonly width: number;
  readonly height: number;
  /** Whether its corner is of the page's ground. */
  readonly isOnPaper: boolean;
  /** Pixels of the ink in the row of the title. */
  readonly titlePixels: number;
  /** Pixels of the tone of p99 in the row of the legend. */
  readonly legendPixels: number;
  /** Columns of pixels below them that the line of p95 runs through. */
  readonly lineColumns: number;
}

/** The picture on the clipboard, in the page's colours of the moment. */
export function copiedPicture(page: Page): Promise<CopiedPicture> {
  return page.evaluate(COPIED_PICTURE);
}

const COPIED_PICTURE = `(async () => {
  const [item] = await navigator.clipboard.read();
  const picture = await createImageBitmap(await item.getType("image/png"));
  const { width, height } = picture;
  const ctx = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  ctx.drawImage(picture, 0, 0);
  const style = getComputedStyle(document.documentElement);
  const rgb = (name) => {
    const hex = style.getPropertyValue("--" + name).trim().slice(1);
    return [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16));
  };
  // Edges of letters and lines are mixed with the ground: a tone is met within a tolerance.
  const pixelsOf = (name, { top, bottom, tolerance }) => {
    const wanted = rgb(name);
    const { data } = ctx.getImageData(0, top, width, bottom - top);
    const isMet = (i) => wanted.every((part, at) => Math.abs(part - data[4 * i + at]) <= tolerance);
    return Array.from({ length: data.length / 4 }, (_, i) => i).filter(isMet);
  };
  const corner = [...ctx.getImageData(0, 0, 1, 1).data].slice(0, 3);
  const line = pixelsOf("tone-p95", { top: 60, bottom: height, tolerance: 30 });
  return {
    width,
    height,
    isOnPaper: String(corner) === String(rgb("paper")),
    titlePixels: pixelsOf("ink", { top: 12, bottom: 34, tolerance: 55 }).length,
    legendPixels: pixelsOf("tone-p99", { top: 34, bottom: 54, tolerance: 55 }).length,
    lineColumns: new Set(line.map((i) => i % width)).size,
  };
})()`;
