/** The Universal Scalability Law (Gunther): X(N) = γN ÷ (1 + α(N−1) + βN(N−1)). A fit, not yet a verdict. */

/** Throughput at one load: users, or requests in flight. */
export interface LoadPoint {
  readonly load: number;
  readonly throughputPerSec: number;
}

export interface ScalabilityFit {
  /** Throughput per unit of load while nothing contends. */
  readonly gamma: number;
  /** Contention: the share that must wait its turn. */
  readonly alpha: number;
  /** Coherency: what every pair costs. A ceiling alone is fitted with β > 0, too, so β is never a verdict by itself. */
  readonly beta: number;
  /** √((1−α)/β); undefined for β = 0. */
  readonly peakLoad: number | undefined;
  readonly peakPerSec: number | undefined;
  /** γ/α for β = 0; undefined without contention. */
  readonly asymptotePerSec: number | undefined;
}

type Coefficients = readonly [number, number, number];

/** Columns of N/X = c0 + c1(N−1) + c2·N(N−1) that are left in, tried in this order. */
const SUBSETS = [[0, 1, 2], [0, 1], [0, 2], [0]] as const;
const ZERO = 1e-12;

/**
 * Least squares on N/X with relative errors, no coefficient below 0: all subsets are tried, the least residual wins.
 * @returns undefined without a positive throughput at every load, or when nothing can be fitted
 */
export function fitScalability(points: readonly LoadPoint[]): ScalabilityFit | undefined {
  if (points.length === 0 || points.some(({ load, throughputPerSec }) => !(load > 0 && throughputPerSec > 0))) {
    return undefined;
  }
  let best: { readonly coefficients: Coefficients; readonly residual: number } | undefined;
  for (const subset of SUBSETS) {
    const coefficients = leastSquares(points, subset);
    if (coefficients === undefined || coefficients.some((value) => value < -ZERO)) continue;
    const residual = residualOf(points, coefficients);
    if (best === undefined || residual < best.residual - ZERO) best = { coefficients, residual };
  }
  return best === undefined ? undefined : fitOf(best.coefficients);
}

/** X(N) of a fit. */
export function throughputAt({ gamma, alpha, beta }: ScalabilityFit, load: number): number {
  return (gamma * load) / (1 + alpha * (load - 1) + beta * load * (load - 1));
}

function fitOf([c0, c1, c2]: Coefficients): ScalabilityFit | undefined {
  if (!(c0 > 0)) return undefined;
  const gamma = 1 / c0;
  const alpha = Math.max(0, c1) * gamma;
  const beta = c2 * gamma < ZERO ? 0 : c2 * gamma;
  const fit = { gamma, alpha, beta };
  if (beta === 0 || alpha >= 1) {
    const asymptotePerSec = beta === 0 && alpha > 1e-9 ? gamma / alpha : undefined;
    return { ...fit, peakLoad: undefined, peakPerSec: undefined, asymptotePerSec };
  }
  const peakLoad = Math.sqrt((1 - alpha) / beta);
  const open = { ...fit, peakLoad, peakPerSec: undefined, asymptotePerSec: undefined };
  return { ...open, peakPerSec: throughputAt(open, peakLoad) };
}

function columnsOf({ load }: LoadPoint): Coefficients {
  return [1, load - 1, load * (load - 1)];
}

function residualOf(points: readonly LoadPoint[], coefficients: Coefficients): number {
  return points.reduce((sum, point) => {
    const columns = columnsOf(point);
    const fitted = coefficients.reduce((total, value, i) => total + value * columns[i]!, 0);
    return sum + ((point.load / point.throughputPerSec - fitted) * (point.throughputPerSec / point.load)) ** 2;
  }, 0);
}

/** Rows weighted by X/N, so that the right side is 1. Gram–Schmidt, column by column, then back substitution. */
function leastSquares(points: readonly LoadPoint[], subset: readonly number[]): Coefficients | undefined {
  if (points.length < subset.length) return undefined;
  const weights = points.map(({ load, throughputPerSec }) => throughputPerSec / load);
  const basis: number[][] = [];
  const upper: number[][] = [];
  for (const column of subset) {
    const original = points.map((point, row) => columnsOf(point)[column]! * weights[row]!);
    const vector = [...original];
    const factors = basis.map(() => 0);
    // Twice: one pass leaves a trace of the earlier columns when they nearly coincide.
    for (let pass = 0; pass < 2; pass++) {
      for (const [at, unit] of basis.entries()) {
        const part = dot(unit, vector);
        factors[at]! += part;
        for (let row = 0; row < vector.length; row++) vector[row]! -= part * unit[row]!;
      }
    }
    const length = Math.sqrt(dot(vector, vector));
    if (!(length > 1e-9 * Math.sqrt(dot(original, original)))) return undefined;
    basis.push(vector.map((value) => value / length));
    upper.push([...factors, length]);
  }
  const solved = new Array<number>(subset.length).fill(0);
  for (let i = subset.length - 1; i >= 0; i--) {
    let rest = basis[i]!.reduce((sum, value) => sum + value, 0);
    for (let j = i + 1; j < subset.length; j++) rest -= upper[j]![i]! * solved[j]!;
    solved[i] = rest / upper[i]![i]!;
  }
  const coefficients: [number, number, number] = [0, 0, 0];
  for (const [i, column] of subset.entries()) coefficients[column] = solved[i]!;
  return coefficients;
}

function dot(left: readonly number[], right: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < left.length; i++) sum += left[i]! * right[i]!;
  return sum;
}
