/** Normal and Student's t: what turns a spread over batches into an interval. Relative error below 1e-8. */

const LANCZOS = [
  0.9999999999998099, 676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
] as const;
const TINY = 1e-300;

/** ln Γ(x) for x > 0: Lanczos' approximation with g = 7, n = 9. */
export function lnGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - lnGamma(1 - x);
  let sum: number = LANCZOS[0];
  for (let i = 1; i < LANCZOS.length; i++) sum += LANCZOS[i]! / (x - 1 + i);
  const base = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(base) - base + Math.log(sum);
}

/** Regularised incomplete beta function I_x(a, b), by its continued fraction (DLMF 8.17.22, Lentz's method). */
export function betaRatio(a: number, b: number, x: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - betaRatio(b, a, 1 - x);
  const lnFront = lnGamma(a + b) - lnGamma(a) - lnGamma(b) + a * Math.log(x) + b * Math.log1p(-x);
  return (Math.exp(lnFront) * betaFraction(a, b, x)) / a;
}

function betaFraction(a: number, b: number, x: number): number {
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d);
    c = nonZero(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d);
    c = nonZero(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return fraction;
}

function nonZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

/** P(T ≤ t) for Student's t with `df` degrees of freedom, which may be fractional. */
export function studentTCdf(t: number, df: number): number {
  const tail = 0.5 * betaRatio(df / 2, 0.5, df / (df + t * t));
  return t > 0 ? 1 - tail : tail;
}

/** The value that Student's t does not exceed with probability `ratio` (0–1); `df` may be fractional. */
export function studentTQuantile(ratio: number, df: number): number {
  if (ratio < 0.5) return -studentTQuantile(1 - ratio, df);
  return -lowerQuantile((t) => studentTCdf(t, df), 1 - ratio);
}

/**
 * How many standard errors reach to either end of a two-sided interval: Student's t, or without `df` the normal's. Each is
 * searched for once: an interval of a quantile asks for the same one at every time that it tries.
 */
export function criticalValue(confidenceRatio: number, df = Number.POSITIVE_INFINITY): number {
  const known = criticalValues.get(confidenceRatio) ?? new Map<number, number>();
  criticalValues.set(confidenceRatio, known);
  const ratio = (1 + confidenceRatio) / 2;
  const value =
    known.get(df) ?? (df === Number.POSITIVE_INFINITY ? normalQuantile(ratio) : studentTQuantile(ratio, df));
  known.set(df, value);
  return value;
}

const criticalValues = new Map<number, Map<number, number>>();

/** P(Z ≤ z) for the standard normal. */
export function normalCdf(z: number): number {
  return z > 0 ? 1 - lowerNormalTail(z) : lowerNormalTail(-z);
}

/** The value that a standard normal does not exceed with probability `ratio` (0–1). */
export function normalQuantile(ratio: number): number {
  if (ratio > 0.5) return -normalQuantile(1 - ratio);
  return lowerQuantile(normalCdf, ratio);
}

/** P(Z ≤ −z), z ≥ 0: a series of positive terms near 0, the continued fraction of Laplace beyond. */
function lowerNormalTail(z: number): number {
  const density = Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
  if (z > 3) {
    let fraction = z;
    for (let k = 200; k >= 1; k--) fraction = z + k / fraction;
    return density / fraction;
  }
  let term = z;
  let sum = z;
  for (let k = 1; Math.abs(term) > 1e-17 * sum; k++) {
    term *= (z * z) / (2 * k + 1);
    sum += term;
  }
  return 0.5 - density * sum;
}

/** Where a rising distribution symmetric about 0 reaches `ratio` ≤ 0.5, by bisection to the last bits. */
function lowerQuantile(cdf: (x: number) => number, ratio: number): number {
  if (ratio >= 0.5) return 0;
  if (ratio <= 0) return Number.NEGATIVE_INFINITY;
  let low = -1;
  while (cdf(low) > ratio) low *= 2;
  let high = 0;
  for (let i = 0; i < 64; i++) {
    const middle = (low + high) / 2;
    if (cdf(middle) > ratio) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}
