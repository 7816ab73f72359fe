/**
 * Whether a faulty target makes the generator unfit, on a machine that does so now and then by itself: runs against a
 * healthy and against a faulty target, of the same load, take turns. What only the machine did strikes both alike.
 */

/** Healths in the order of the runs: healthy target, faulty, healthy, …, faulty, healthy. */
export type Healths = readonly string[];

export interface Turns {
  /** Faulty runs in which the generator was fit. */
  readonly clear: number;
  /** Unfit while it was fit in both neighbouring runs against the healthy target. */
  readonly suspected: number;
  /** Those of them that were invalid, not only degraded. */
  readonly suspectedInvalid: number;
  /** Unfit, as it was in a neighbouring run against the healthy target. */
  readonly undecided: number;
  /** The other way round: unfit with the healthy target, fit with the faulty one just before and after. */
  readonly mirrored: number;
  /** Most suspected runs one after the other. */
  readonly suspectedInRow: number;
}

type Round = "clear" | "suspected" | "undecided";

/** Unfit is all but `ok`. */
export function judgeTurns(healths: Healths): Turns {
  const isFit = (at: number): boolean => healths[at] === "ok";
  const isAlone = (at: number): boolean => !isFit(at) && isFit(at - 1) && isFit(at + 1);
  const odd = healths.map((_, at) => at).filter((at) => at % 2 === 1);
  const rounds = odd.map((at): Round => (isFit(at) ? "clear" : isAlone(at) ? "suspected" : "undecided"));
  const countOf = (wanted: Round): number => rounds.filter((round) => round === wanted).length;
  return {
    clear: countOf("clear"),
    suspected: countOf("suspected"),
    suspectedInvalid: odd.filter((at) => isAlone(at) && healths[at] === "invalid").length,
    undecided: countOf("undecided"),
    mirrored: healths.filter((_, at) => at % 2 === 0 && isAlone(at)).length,
    suspectedInRow: Math.max(
      ...rounds
        .map((round) => (round === "suspected" ? "s" : " "))
        .join("")
        .split(" ")
        .map(({ length }) => length),
    ),
  };
}

/**
 * How likely so many suspected runs, or more, are when the target adds nothing: then a run that stands alone is as often
 * one of the healthy target (sign test).
 */
export function chanceOf(suspected: number, mirrored: number): number {
  const count = suspected + mirrored;
  let [sum, ways] = [0, 1];
  for (let k = 0; k <= count; k++) {
    if (k >= suspected) sum += ways;
    ways = (ways * (count - k)) / (k + 1);
  }
  return sum / 2 ** count;
}
