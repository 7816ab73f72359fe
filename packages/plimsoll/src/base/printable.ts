/**
 * Text from outside, made safe to show: what the target or a file says is data, never a command to the terminal.
 * (Security checklist, item 7.)
 */

/** CSI and OSC/DCS/APC/PM/SOS sequences, whole, then any other two-byte escape; 7-bit and 8-bit introducers. */
const ESCAPE_SEQUENCE =
  /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x1b[ -/]*[0-~]/g;
const BLANKS = /[\t\n\v\f\r\x85\u2028\u2029]+/g;
/** C0, DEL, C1, bidi controls, zero-width characters, tags: all that acts or hides without being seen. */
const UNSEEN = /[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;
const TAGS = /[\u{e0000}-\u{e007f}]/gu;
const LONE_SURROGATE = /\p{Surrogate}/gu;

/**
 * `text` on one line without escape sequences, control characters, bidi controls or invisible characters.
 * Line breaks and tabs become one blank; lone surrogates become U+FFFD.
 */
export function printable(text: string): string {
  return text
    .replace(ESCAPE_SEQUENCE, "")
    .replace(BLANKS, " ")
    .replace(UNSEEN, "")
    .replace(TAGS, "")
    .replace(LONE_SURROGATE, "\ufffd");
}
