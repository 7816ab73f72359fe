/** What an enemy would say in a name or an answer, and what of it must be left nowhere. */

const MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'><b onmouseover=alert(3)>&lt;";

export const HOSTILE = {
  markup: MARKUP,
  closing: `</script></style></title>]]><!--${MARKUP}`,
  formula: '=cmd|"/c calc"!A0',
  plus: "+1+1",
  at: "@SUM(1)",
  blank_formula: "  =HYPERLINK(0)",
  tab_formula: "\t=1+1",
  ansi: "\x1b[2J\x1b[31mred\x1b]0;title\x07\x1b]8;;http://evil/\x1b\\link\x9b31m",
  lines: "one\r\ntwo\nthree\u2028four\x0b\x85five",
  rtl: "\u202egnp.exe\u2066\u200b\ufeffend",
  nul: "a\0b\x08\x08\x08c\x7f",
  surrogate: "\ud800 half",
  paths: "../../../../tmp/plimsoll-escaped",
  workflow: "::error::forged%0A::set-output name=x::y",
  prototype: "__proto__",
  markdown: "# [link](http://evil/) ![img](http://evil/) `code` | cell | **bold** <b>\n## heading\n- item",
  mention: "@octocat www.evil.example #1",
} as const;

/** What no answer brings, since messages are cut when they are recorded; a name, or somebody's journal, may. */
export const OVERLONG = "long ".repeat(200_000);

/** More of it than any text may have in a file: 2000 characters. */
const UNCUT = /(?:long\s+){401}/;

/** How much of it is left where too much is; empty when nowhere. */
export function uncut(text: string): string {
  const found = UNCUT.exec(text);
  return found === null ? "" : `${text.length} characters, uncut at ${found.index}`;
}

/** C0 but for the line end, DEL, C1, and the controls of direction and invisibility. */
const ACTING = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;

/** Where a text holds something that acts without being seen; empty when nowhere. */
export function acting(text: string): string {
  const at = text.search(ACTING);
  return at < 0 ? "" : JSON.stringify(text.slice(Math.max(0, at - 40), at + 40));
}
