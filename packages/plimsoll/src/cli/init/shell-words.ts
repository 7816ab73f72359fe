import { escapeReferences } from "../../spec/references.ts";

/**
 * Splits a command as a shell would: quotes, backslashes, `$'…'` as browsers copy it, `^` line ends of cmd. Nothing is
 * run or expanded: `$NAME` becomes the spec's reference `${NAME}`, a literal `${` is escaped.
 */
export function shellWords(command: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let index = 0;
  while (index < command.length) {
    const token = nextToken(command, index);
    index += token.length;
    if (token.kind === "blank") {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + token.text;
  }
  if (word !== undefined) words.push(word);
  return words;
}

interface Token {
  readonly kind: "blank" | "text";
  readonly text: string;
  readonly length: number;
}

const BLANK = /(?:\s|\\\r?\n|\^\r?\n)+/y;
const ANSI = /\$'((?:[^'\\]|\\[\s\S])*)'/y;
const SINGLE = /'([^']*)'/y;
const DOUBLE = /"((?:[^"\\]|\\[\s\S])*)"/y;
const ESCAPED = /\\([\s\S])/y;
const VARIABLE = /\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/y;

function nextToken(command: string, index: number): Token {
  const blank = matchAt(BLANK, command, index);
  if (blank !== undefined) return { kind: "blank", text: "", length: blank[0].length };
  const ansi = matchAt(ANSI, command, index);
  if (ansi !== undefined) return text(escapeReferences(unescapeAnsi(ansi[1] ?? "")), ansi[0]);
  const single = matchAt(SINGLE, command, index);
  if (single !== undefined) return text(escapeReferences(single[1] ?? ""), single[0]);
  const double = matchAt(DOUBLE, command, index);
  if (double !== undefined) return text(unescapeDouble(double[1] ?? ""), double[0]);
  const escaped = matchAt(ESCAPED, command, index);
  if (escaped !== undefined) return text(escaped[1] ?? "", escaped[0]);
  const variable = matchAt(VARIABLE, command, index);
  if (variable !== undefined) return text(`\${${variable[1] ?? variable[2]}}`, variable[0]);
  const letter = command[index] ?? "";
  return text(letter, letter);
}

function text(value: string, source: string): Token {
  return { kind: "text", text: value, length: source.length };
}

function matchAt(pattern: RegExp, command: string, index: number): RegExpExecArray | undefined {
  pattern.lastIndex = index;
  return pattern.exec(command) ?? undefined;
}

/** Within double quotes a backslash escapes only `"`, `\`, `$`, a backtick and the line's end. */
function unescapeDouble(inner: string): string {
  return inner.replace(
    /\\(["\\$`])|\\\r?\n|\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g,
    (_, escaped: string | undefined, braced: string | undefined, bare: string | undefined) => {
      if (escaped !== undefined) return escaped;
      const name = braced ?? bare;
      return name === undefined ? "" : `\${${name}}`;
    },
  );
}

const ANSI_LETTERS: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  b: "\b",
  f: "\f",
  v: "\v",
  a: "\x07",
  e: "\x1b",
  0: "\0",
};

function unescapeAnsi(inner: string): string {
  return inner.replace(
    /\\(?:u([0-9a-fA-F]{1,4})|x([0-9a-fA-F]{1,2})|([\s\S]))/g,
    (_, unicode: string, hex: string, letter: string) => {
      const code = unicode ?? hex;
      if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
      return Object.hasOwn(ANSI_LETTERS, letter) ? (ANSI_LETTERS[letter] ?? letter) : letter;
    },
  );
}
