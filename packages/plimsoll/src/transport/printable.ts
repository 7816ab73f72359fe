import { printable } from "../base/printable.ts";

const LONE_SURROGATE = /\p{Surrogate}/gu;

/** One short line of text that the target sent, harmless wherever it is shown. */
export function printableText(text: string, maxChars: number): string {
  const clean = printable(text.slice(0, 4 * maxChars))
    .replace(/ {2,}/g, " ")
    .trim();
  if (clean.length <= maxChars) return clean;
  // The cut may go through a character.
  return `${clean.slice(0, maxChars - 1).replace(LONE_SURROGATE, "\ufffd")}…`;
}
