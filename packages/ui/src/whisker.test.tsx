import { renderToString } from "preact-render-to-string";
import { describe, expect, test } from "vitest";
import { Whisker } from "./whisker.tsx";

/** Where what is drawn lies, in pixels, on an axis of a pixel a unit. */
function drawn(value: number, low: number | undefined, high: number | undefined, axis: readonly [number, number]) {
  const html = renderToString(
    <svg aria-hidden="true">
      <Whisker value={value} low={low} high={high} axis={axis} at={(shown) => shown} middle={10} />
    </svg>,
  );
  const interval = /class="interval" d="M(-?\d+) 10H(-?\d+)((?:M-?\d+ 6v8)*)"/.exec(html);
  return {
    dot: Number(/cx="(-?\d+)"/.exec(html)?.[1]),
    line: interval === null ? undefined : [Number(interval[1]), Number(interval[2])],
    caps: [...(interval?.[3] ?? "").matchAll(/M(-?\d+)/g)].map(([, x]) => Number(x)),
    arrows: [...html.matchAll(/class="beyond" d="M(-?\d+) 6l(-?\d+) 4/g)].map(([, x, way]) => [Number(x), Number(way)]),
  };
}

describe("an interval", () => {
  test("on the axis has both its ends", () => {
    expect(drawn(50, 40, 70, [0, 100])).toEqual({ dot: 50, line: [40, 70], caps: [40, 70], arrows: [] });
  });

  test("that goes on beyond the axis, or is open, ends in an arrow and not in an end", () => {
    const open = { dot: 50, line: [40, 100], caps: [40], arrows: [[100, 4]] };
    expect(drawn(50, 40, 120, [0, 100])).toEqual(open);
    expect(drawn(50, 40, undefined, [0, 100])).toEqual(open);
    expect(drawn(-20, -150, 30, [-100, 100])).toEqual({ dot: -20, line: [-100, 30], caps: [30], arrows: [[-100, -4]] });
  });

  test("that lies beyond the axis as a whole leaves its dot beside the arrow", () => {
    expect(drawn(130, 110, 150, [0, 100])).toEqual({ dot: 91, line: [91, 100], caps: [], arrows: [[100, 4]] });
    expect(drawn(-130, -150, -110, [-100, 100])).toEqual({
      ...{ dot: -91, line: [-100, -91], caps: [], arrows: [[-100, -4]] },
    });
  });

  test("without a lower end begins at none, where nothing is less", () => {
    expect(drawn(2, undefined, 8, [0, 100])).toEqual({ dot: 2, line: [0, 8], caps: [8], arrows: [] });
  });
});

test("a value without an interval is a dot, and an arrow where it lies beyond", () => {
  expect(drawn(50, undefined, undefined, [0, 100])).toEqual({ dot: 50, line: undefined, caps: [], arrows: [] });
  expect(drawn(130, undefined, undefined, [0, 100])).toMatchObject({ dot: 91, arrows: [[100, 4]] });
});
