/** C0, DEL, C1, zero-width, line and bidirectional controls: what could act on a terminal or forge a line. */
const UNPRINTABLE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]+/g;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** One short line of text that the target sent, harmless wherever it is shown: control characters become spaces. */
export function printableText(text: string, maxChars: number): string {
  const clean = text
    .slice(0, 4 * maxChars)
    .replace(UNPRINTABLE, " ")
    .replace(/ {2,}/g, " ")
    .trim();
  const short = clean.length <= maxChars ? clean : `${clean.slice(0, maxChars - 1)}…`;
  return short.replace(LONE_SURROGATE, "\ufffd");
}
