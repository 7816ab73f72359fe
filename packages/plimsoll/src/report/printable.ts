import { printable } from "../base/printable.ts";

/** No message of the engine's is as long; a name, or the journal of somebody else, may be. */
const MAX_TEXT_LENGTH = 2000;

/** Overlong text is cut and its true length told. */
export function cutText(text: string, maxLength = MAX_TEXT_LENGTH): string {
  return text.length > maxLength ? `${text.slice(0, maxLength)}… (${text.length} characters)` : text;
}

/** Text of strangers as one line that acts nowhere and is not overlong. */
export function printableLine(text: string): string {
  return printable(cutText(text));
}
