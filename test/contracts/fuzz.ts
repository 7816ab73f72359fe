/**
 * How far the fuzz goes: 10⁴ parser and 10³ differential cases in `npm test`, always the same ones; 10⁶ and 10⁵ in
 * `npm run test:fuzz`, new ones each time (`PLIMSOLL_FUZZ=12345 npm run test:fuzz` repeats those of a seed).
 */
const asked = process.env["PLIMSOLL_FUZZ"];
const seed =
  asked === undefined ? 1 : /^\d+$/.test(asked) ? Number(asked) : Math.floor(performance.timeOrigin) % 2 ** 31;
const isLong = asked !== undefined;

export const PARSER_RUN = { seed, numRuns: isLong ? 1_000_000 : 10_000 };
export const DIFFERENTIAL_RUN = { seed, numRuns: isLong ? 100_000 : 1000 };

/** A planted fault must show within these; the first counterexample will do. */
export const PLANTED_RUN = { seed, numRuns: 10_000, endOnFailure: true };

/** For a whole test of the long run. */
export const FUZZ_TIMEOUT_MS = isLong ? 3 * 3_600_000 : 120_000;
