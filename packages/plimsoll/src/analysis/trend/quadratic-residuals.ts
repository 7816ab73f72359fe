/** What a least-squares parabola leaves of an equally spaced series; by polynomials orthogonal on its points. */
export function quadraticResiduals(values: readonly number[]): readonly number[] {
  const n = values.length;
  const centred = values.map((_, i) => (2 * i - (n - 1)) / n);
  const meanSquare = centred.reduce((sum, t) => sum + t * t, 0) / n;
  const curve = centred.map((t) => t * t - meanSquare);
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const slope = project(values, centred);
  const bend = project(values, curve);
  return values.map((value, i) => value - mean - slope * centred[i]! - bend * curve[i]!);
}

function project(values: readonly number[], basis: readonly number[]): number {
  let product = 0;
  let square = 0;
  for (let i = 0; i < values.length; i++) {
    product += values[i]! * basis[i]!;
    square += basis[i]! ** 2;
  }
  return square > 0 ? product / square : 0;
}
