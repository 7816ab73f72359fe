/** One load's pooled counts as the fit sees them. */
export interface LoadPoint {
  /** ln of the load. */
  readonly lnLoad: number;
  readonly count: number;
  readonly badCount: number;
}

/** What the counts say about a logistic curve in ln(load). */
export interface CurvePosterior {
  /** Posterior mean of ln(capacity), the load at which the bad share is the allowed one. */
  readonly lnCapacity: number;
  /** Its posterior standard deviation, before any spread between steps is looked at. */
  readonly sd: number;
  /** Posterior mean of d logit(bad share) / d ln(load). */
  readonly slope: number;
}

/** Where the capacity is looked for, in ln(load). */
export interface RootRange {
  readonly low: number;
  readonly high: number;
}

const ROOT_COUNT = 120;
const SLOPE_COUNT = 14;
const SLOPE_LOW = 4;
const SLOPE_HIGH = 300;
const PRIOR_LN_SLOPE = Math.log(25);

const SLOPES = Array.from(
  { length: SLOPE_COUNT },
  (_, i) => SLOPE_LOW * (SLOPE_HIGH / SLOPE_LOW) ** (i / (SLOPE_COUNT - 1)),
);
const LN_PRIORS = SLOPES.map((slope) => -0.5 * (Math.log(slope) - PRIOR_LN_SLOPE) ** 2);

/**
 * Posterior over the capacity (120 even points, flat prior) and the slope (14 log-even points 4–300, ln slope ~
 * N(ln 25, 1)) of logit p = logit(allowed) + slope · (ln load − ln capacity), point i counted `weights[i]` times.
 */
export function curvePosterior(
  points: readonly LoadPoint[],
  weights: readonly number[],
  roots: RootRange,
  allowedLogit: number,
): CurvePosterior {
  const active = points.flatMap((point, i) => {
    const weight = weights[i]!;
    return weight > 0 && point.count > 0
      ? [{ x: point.lnLoad, bad: weight * point.badCount, count: weight * point.count }]
      : [];
  });
  const lnPosts = lnPosterior(active, roots, allowedLogit);
  return moments(lnPosts, roots);
}

interface WeightedPoint {
  readonly x: number;
  readonly bad: number;
  readonly count: number;
}

/**
 * Hot: about 1700 cells × points, four times a step. B·ln p + (N−B)·ln(1−p) = B·z − N·ln(1+e^z) with z = logit p; along
 * the roots z falls evenly, so e^z is one multiplication a cell.
 */
function lnPosterior(points: readonly WeightedPoint[], roots: RootRange, allowedLogit: number): Float64Array {
  const lnPosts = new Float64Array(SLOPE_COUNT * ROOT_COUNT);
  const rootStep = (roots.high - roots.low) / (ROOT_COUNT - 1);
  for (let s = 0; s < SLOPE_COUNT; s++) {
    const slope = SLOPES[s]!;
    const cells = lnPosts.subarray(s * ROOT_COUNT, (s + 1) * ROOT_COUNT).fill(LN_PRIORS[s]!);
    for (const point of points) {
      addLnLikelihood(cells, point, allowedLogit + slope * (point.x - roots.low), slope * rootStep);
    }
  }
  return lnPosts;
}

function addLnLikelihood(cells: Float64Array, { bad, count }: WeightedPoint, topZ: number, zStep: number): void {
  const factor = Math.exp(-zStep);
  let odds = -1;
  for (let r = 0; r < ROOT_COUNT; r++) {
    const z = topZ - r * zStep;
    let lnOnePlusOdds = z;
    if (z <= 30) {
      odds = odds < 0 ? Math.exp(z) : odds * factor;
      lnOnePlusOdds = odds < 1e-8 ? odds : Math.log(1 + odds);
    }
    cells[r]! += bad * z - count * lnOnePlusOdds;
  }
}

function moments(lnPosts: Float64Array, roots: RootRange): CurvePosterior {
  const top = lnPosts.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  let mass = 0;
  let rootSum = 0;
  let slopeSum = 0;
  const rootMasses = new Float64Array(ROOT_COUNT);
  for (let s = 0; s < SLOPE_COUNT; s++) {
    for (let r = 0; r < ROOT_COUNT; r++) {
      const weight = Math.exp(lnPosts[s * ROOT_COUNT + r]! - top);
      mass += weight;
      rootSum += weight * rootAt(roots, r);
      slopeSum += weight * SLOPES[s]!;
      rootMasses[r]! += weight;
    }
  }
  const lnCapacity = rootSum / mass;
  const squares = rootMasses.reduce((sum, weight, r) => sum + weight * (rootAt(roots, r) - lnCapacity) ** 2, 0);
  return { lnCapacity, sd: Math.sqrt(squares / mass), slope: slopeSum / mass };
}

function rootAt({ low, high }: RootRange, index: number): number {
  return low + ((high - low) * index) / (ROOT_COUNT - 1);
}
