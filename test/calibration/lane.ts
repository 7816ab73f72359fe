/** Two lanes: a short one in `npm test`, with few cells and rounds, and the whole one (`npm run test:calibration`). */

/** Seed of every run and of every simulated target. */
export const SEED = 20260102;

/** The whole suite is asked for. */
export const isLong = process.env["PLIMSOLL_CALIBRATION"] === "long";

/** What both lanes measure, and what only the long one does. */
export function inLane<T>(both: readonly T[], onlyLong: readonly T[]): readonly T[] {
  return isLong ? [...both, ...onlyLong] : both;
}

/** 1 … n. */
export function roundsOf(long: number, short: number): readonly number[] {
  return Array.from({ length: isLong ? long : short }, (_, at) => at + 1);
}

/** A row of the table in `docs/accuracy.md`. */
export function tell(cell: string, figures: Readonly<Record<string, number | string>>): void {
  const told = Object.entries(figures).map(
    ([name, value]) => `${name} ${typeof value === "number" ? Number(value.toPrecision(4)) : value}`,
  );
  process.stdout.write(`measured | ${cell} | ${told.join(" | ")}\n`);
}
