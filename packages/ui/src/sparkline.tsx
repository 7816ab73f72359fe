import type { JSX } from "preact";

const WIDTH = 96;
const HEIGHT = 20;

/** The course of a value in the width of a table cell, from zero; only a shape, the figures stand beside it. */
export function Sparkline({ values }: { readonly values: readonly (number | null)[] }): JSX.Element {
  const top = values.reduce<number>((best, value) => Math.max(best, value ?? 0), 0);
  const points = values.flatMap((value, index) => {
    if (value === null || top === 0) return [];
    const x = ((index + 0.5) * WIDTH) / values.length;
    return [`${Math.round(x * 10) / 10} ${Math.round((HEIGHT - 2 - (value / top) * (HEIGHT - 4)) * 10) / 10}`];
  });
  return (
    <svg class="spark" width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      {points.length > 1 ? <path d={`M${points.join("L")}`} /> : undefined}
    </svg>
  );
}
