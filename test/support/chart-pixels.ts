import type { Locator } from "playwright-core";

/** Where colours stand in the plot of a chart, axes and labels left out. */
export interface ColouredPixels {
  readonly width: number;
  readonly height: number;
  /** Rows (from the top, rising) that have one of the colours, a list a column of pixels from the left. */
  readonly columns: readonly (readonly number[])[];
}

/**
 * The pixels that have a colour `--<name>` of the style sheet, as they are on the canvas.
 * @param tolerance how far each channel may be off: 0 for filled areas, more for lines with smoothed edges
 */
export async function pixelsOf(chart: Locator, names: readonly string[], tolerance = 0): Promise<ColouredPixels> {
  return chart.locator(".live").evaluate(
    (live, wish) => {
      const view = live.ownerDocument.defaultView!;
      const [canvas, plot] = [live.querySelector("canvas")!, live.querySelector(".u-over")!];
      const style = view.getComputedStyle(live);
      const wanted = wish.names.map((name) => {
        const hex = style.getPropertyValue(`--${name}`).trim().slice(1);
        return [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
      });
      const [outer, inner] = [canvas.getBoundingClientRect(), plot.getBoundingClientRect()];
      const scale = canvas.width / outer.width;
      const box = [inner.left - outer.left, inner.top - outer.top, inner.width, inner.height];
      const [left = 0, top = 0, width = 0, height = 0] = box.map((px) => Math.round(px * scale));
      // On a canvas of our own, as reading the page's time and again makes the browser complain of it.
      const copy = live.ownerDocument.createElement("canvas");
      [copy.width, copy.height] = [width, height];
      const own = copy.getContext("2d", { willReadFrequently: true })!;
      own.drawImage(canvas, -left, -top);
      const { data } = own.getImageData(0, 0, width, height);
      const isNear = (at: number, colour: readonly number[]): boolean =>
        colour.every((value, channel) => Math.abs(data[at + channel]! - value) <= wish.tolerance);
      const isWanted = (at: number): boolean => data[at + 3]! > 250 && wanted.some((colour) => isNear(at, colour));
      const columns = Array.from({ length: width }, (_, x) =>
        Array.from({ length: height }, (_, y) => y).filter((y) => isWanted(4 * (y * width + x))),
      );
      return { width, height, columns };
    },
    { names, tolerance },
  );
}

/** The right half, where no name of a part of the time is written. */
export function rightHalf({ width, height, columns }: ColouredPixels): ColouredPixels {
  const right = columns.slice(Math.floor(width / 2));
  return { width: right.length, height, columns: right };
}

/** The share of the plot's width in which they are somewhere. */
export function widthShare({ columns }: ColouredPixels): number {
  return columns.filter((rows) => rows.length > 0).length / columns.length;
}

/** The share of the columns with both in which `upper` stands above `lower`, on average over its rows. */
export function shareAbove(upper: ColouredPixels, lower: ColouredPixels): number {
  const both = upper.columns.flatMap((rows, x) => {
    const others = lower.columns[x] ?? [];
    return rows.length === 0 || others.length === 0 ? [] : [mean(rows) < mean(others)];
  });
  return both.filter(Boolean).length / both.length;
}

function mean(rows: readonly number[]): number {
  return rows.reduce((sum, row) => sum + row, 0) / rows.length;
}
