import { PlimsollError } from "../base/errors.ts";
import { parseDurationMs, parseRatePerSec } from "../base/quantity.ts";

/** A whole number from a flag. @throws USAGE naming the flag and the bounds */
export function wholeNumber(
  flag: string,
  text: string | undefined,
  bounds: { readonly least: number; readonly most: number },
): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text.trim()) && value >= bounds.least && value <= bounds.most) return value;
  throw new PlimsollError("USAGE", `${flag} ${text}: a whole number from ${bounds.least} to ${bounds.most} is wanted`);
}

/** A duration from a flag, ms. @throws USAGE */
export function durationMs(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = parseDurationMs(text);
  if (value !== undefined) return value;
  throw new PlimsollError("USAGE", `${flag} ${text}: a duration needs its unit, such as 500ms, 30s or 5m`);
}

/** A rate from a flag, per second; a bare number is one. @throws USAGE unless it is above 0 */
export function ratePerSec(flag: string, text: string): number {
  const value = parseRatePerSec(/^\d+(\.\d+)?$/.test(text) ? `${text}/s` : text);
  if (value !== undefined && value > 0) return value;
  throw new PlimsollError("USAGE", `${flag} ${text} is no rate`, { hint: "Such as 50/s." });
}
