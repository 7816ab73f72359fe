const BARS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;

/**
 * One bar a value, the newest last, in `cells` cells; 0 is the lowest bar and the greatest value the highest.
 * Where there is no value, or not yet one, stands a blank.
 */
export function sparkline(values: readonly (number | undefined)[], cells: number): string {
  const shown = values.slice(-cells);
  const greatest = Math.max(0, ...shown.map((value) => value ?? 0));
  const bars = shown.map((value) => {
    if (value === undefined || !Number.isFinite(value)) return " ";
    return greatest === 0 ? BARS[0] : BARS[Math.min(7, Math.floor((value / greatest) * 7.999))]!;
  });
  return " ".repeat(cells - bars.length) + bars.join("");
}

/** `███████▌······` : `ratio` (0–1) of `cells` cells, to an eighth of one. */
export function progressBar(ratio: number, cells: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, ratio)) * cells * 8);
  const whole = Math.floor(eighths / 8);
  const part = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]!;
  return "█".repeat(whole) + part + "·".repeat(cells - whole - (part === "" ? 0 : 1));
}
