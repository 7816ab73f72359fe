/**
 * A float as Python's `repr` prints it: shortest digits that read back the same, `.0` on whole numbers, an exponent
 * (two digits at least) below 1e-4 and from 1e16. `0.00001` → `1e-05`, `20` → `20.0`.
 */
export function pythonFloat(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(value.toExponential());
  const [sign = "", first = "0", rest = ""] = match?.slice(1, 4) ?? [];
  const exponent = Number(match?.[4] ?? 0);
  const minus = Object.is(value, -0) ? "-" : sign;
  if (exponent < -4 || exponent >= 16) {
    const power = String(Math.abs(exponent)).padStart(2, "0");
    return `${minus}${first}${rest === "" ? "" : `.${rest}`}e${exponent < 0 ? "-" : "+"}${power}`;
  }
  const digits = first + rest;
  if (exponent < 0) return `${minus}0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  return `${minus}${whole}.${digits.slice(exponent + 1) || "0"}`;
}
