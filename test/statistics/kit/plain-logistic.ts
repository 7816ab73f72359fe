import type { LoadPoint } from "../../../packages/plimsoll/src/analysis/capacity/grid-posterior.ts";

/** A weighted logistic regression on ln(load), and where it reaches the allowed share. */
export interface PlainFit {
  /** Where x is centred. */
  readonly centre: number;
  readonly intercept: number;
  readonly slope: number;
  readonly root: number;
  readonly seRoot: number;
  /** Of the intercept at the centre and the slope: both variances and, between them, their covariance. */
  readonly covariance: readonly [number, number, number];
}

/** Newton's method on x centred at its plain mean: an oracle for the posterior that shares no code with it. */
export function plainLogisticFit(points: readonly LoadPoint[], weights: readonly number[], allowed: number): PlainFit {
  const centre = points.reduce((sum, { lnLoad }) => sum + lnLoad, 0) / points.length;
  let level = 0;
  let slope = 0;
  let information = { a: 1, b: 0, c: 1 };
  for (let i = 0; i < 100; i++) {
    const gradient = { level: 0, slope: 0 };
    information = { a: 0, b: 0, c: 0 };
    points.forEach(({ lnLoad, count, badCount }, k) => {
      const x = lnLoad - centre;
      const p = 1 / (1 + Math.exp(-(level + slope * x)));
      const residual = weights[k]! * (badCount - count * p);
      const spread = weights[k]! * count * p * (1 - p);
      gradient.level += residual;
      gradient.slope += residual * x;
      information.a += spread;
      information.b += spread * x;
      information.c += spread * x * x;
    });
    const { a, b, c } = information;
    const determinant = a * c - b * b;
    // Damped: from a flat start the full step can overshoot.
    const scale = Math.min(1, 5 / Math.abs((a * gradient.slope - b * gradient.level) / determinant));
    level += (scale * (c * gradient.level - b * gradient.slope)) / determinant;
    slope += (scale * (a * gradient.slope - b * gradient.level)) / determinant;
  }
  const { a, b, c } = information;
  const determinant = a * c - b * b;
  const u = (Math.log(allowed / (1 - allowed)) - level) / slope;
  const covariance = [c / determinant, -b / determinant, a / determinant] as const;
  const variance = covariance[0] + 2 * u * covariance[1] + u * u * covariance[2];
  const seRoot = Math.sqrt(variance) / slope;
  return { centre, intercept: level - slope * centre, slope, root: centre + u, seRoot, covariance };
}
