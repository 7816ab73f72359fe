/** How generated text is made safe for the place where it goes: nothing drawn or resolved can end a line or a field. */

/** Turns text into what may stand in one place of a request. */
export type Encoding = (text: string) => string;

/** Text as it is. */
export const rawText: Encoding = (text) => text;

/** Within the quotes of a JSON string. */
export const jsonText: Encoding = (text) => JSON.stringify(text).slice(1, -1);

/** One segment or parameter of a URL: everything but letters, digits and `-_.!~*'()` is percent-encoded. */
export const urlText: Encoding = (text) => encodeURIComponent(wellFormed(text));

/** A field of a form (application/x-www-form-urlencoded). */
export const formText: Encoding = (text) => urlText(text).replaceAll("%20", "+");

/**
 * A header's value: control characters, CR and LF among them, are left out; what is not ASCII is percent-encoded,
 * because a code point such as U+010A would become a line feed when written as Latin-1.
 */
export const headerText: Encoding = (text) =>
  /^[\t\x20-\x7e]*$/.test(text)
    ? text
    : wellFormed(text)
        .replace(/[\0-\x08\x0a-\x1f\x7f]/g, "")
        .replace(/[^\t\x20-\x7e]+/g, encodeURIComponent);

/** A path as its author wrote it: only what no URL may hold is percent-encoded, so that `%2F`, `/` and `?` stay. */
export const pathText: Encoding = (text) =>
  wellFormed(text).replace(/[^!$%&'()*+,\-./0-9:;=?@A-Z_a-z~]+/g, encodeURIComponent);

/** Half a surrogate pair has no UTF-8. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\uFFFD");
}
