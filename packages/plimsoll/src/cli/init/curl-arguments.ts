import { shellWords } from "./shell-words.ts";

/** What a curl command asks for, its texts ready for a spec (`${NAME}` where the shell would have put a variable). */
export interface CurlRequest {
  readonly urls: readonly string[];
  readonly method: string | undefined;
  readonly headers: readonly string[];
  /** `--data` and its kin, in order. */
  readonly data: readonly CurlData[];
  readonly user: string | undefined;
  /** `-G`: data goes into the query. */
  readonly isQuery: boolean;
  readonly isInsecure: boolean;
  readonly followsRedirects: boolean;
  readonly maxSeconds: string | undefined;
  /** Options that a spec cannot say. */
  readonly ignored: readonly string[];
}

export interface CurlData {
  readonly option: string;
  readonly value: string;
}

const LONG_NAMES: Readonly<Record<string, string>> = {
  X: "request",
  H: "header",
  d: "data",
  u: "user",
  A: "user-agent",
  e: "referer",
  b: "cookie",
  F: "form",
  G: "get",
  I: "head",
  k: "insecure",
  L: "location",
  m: "max-time",
  o: "output",
  x: "proxy",
  w: "write-out",
  c: "cookie-jar",
  T: "upload-file",
  E: "cert",
  D: "dump-header",
  K: "config",
  r: "range",
  y: "speed-time",
  Y: "speed-limit",
  z: "time-cond",
};

const WITH_VALUE: ReadonlySet<string> = new Set([
  ...[
    "request",
    "header",
    "user",
    "user-agent",
    "referer",
    "cookie",
    "form",
    "max-time",
    "output",
    "proxy",
    "write-out",
  ],
  ...["data", "data-raw", "data-binary", "data-ascii", "data-urlencode", "json", "url", "form-string", "url-query"],
  ...[
    "cookie-jar",
    "upload-file",
    "cert",
    "key",
    "cacert",
    "capath",
    "resolve",
    "connect-to",
    "connect-timeout",
    "retry",
  ],
  ...[
    "dump-header",
    "config",
    "range",
    "speed-time",
    "speed-limit",
    "time-cond",
    "interface",
    "unix-socket",
    "oauth2-bearer",
  ],
  ...[
    "retry-delay",
    "retry-max-time",
    "limit-rate",
    "max-redirs",
    "proxy-user",
    "proxy-header",
    "cert-type",
    "key-type",
    "pass",
  ],
]);

/** Options that change nothing of the request, or that every run of ours has anyway. */
const HARMLESS: ReadonlySet<string> = new Set([
  ...[
    "compressed",
    "silent",
    "show-error",
    "verbose",
    "include",
    "output",
    "write-out",
    "fail",
    "no-progress-meter",
    "s",
    "S",
    "v",
  ],
  ...[
    "i",
    "f",
    "N",
    "no-buffer",
    "globoff",
    "g",
    "http1.1",
    "http2",
    "retry",
    "retry-delay",
    "retry-max-time",
    "dump-header",
  ],
]);

interface Option {
  readonly name: string;
  readonly value: string;
}

/** Takes a curl command apart; the word `curl` itself may be missing. */
export function readCurl(command: string): CurlRequest {
  const words = shellWords(command);
  const options = readOptions(/^curl(\.exe)?$/.test(words[0] ?? "") ? words.slice(1) : words);
  const valuesOf = (...names: string[]) => options.filter(({ name }) => names.includes(name)).map(({ value }) => value);
  const has = (name: string) => options.some((option) => option.name === name);
  const headers = [
    ...valuesOf("header"),
    ...valuesOf("user-agent").map((value) => `user-agent: ${value}`),
    ...valuesOf("referer").map((value) => `referer: ${value}`),
    ...valuesOf("cookie").map((value) => `cookie: ${value}`),
    ...valuesOf("oauth2-bearer").map((value) => `authorization: Bearer ${value}`),
  ];
  return {
    urls: valuesOf("url"),
    method: valuesOf("request").at(-1) ?? (has("head") ? "HEAD" : undefined),
    headers,
    data: options.flatMap(({ name, value }) =>
      name.startsWith("data") || name === "json" ? [{ option: name, value }] : [],
    ),
    user: valuesOf("user").at(-1),
    isQuery: has("get"),
    isInsecure: has("insecure"),
    followsRedirects: has("location"),
    maxSeconds: valuesOf("max-time").at(-1),
    ignored: options.flatMap(({ name }) =>
      KNOWN.has(name) || HARMLESS.has(name) || name.startsWith("data") ? [] : [name],
    ),
  };
}

const KNOWN: ReadonlySet<string> = new Set([
  ...[
    "header",
    "user-agent",
    "referer",
    "cookie",
    "oauth2-bearer",
    "url",
    "request",
    "head",
    "json",
    "user",
    "get",
    "insecure",
  ],
  ...["location", "max-time"],
]);

function readOptions(words: readonly string[]): readonly Option[] {
  const options: Option[] = [];
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word.startsWith("--")) {
      const [name = "", inline] = word.slice(2).split(/=(.*)/s);
      options.push({ name, value: WITH_VALUE.has(name) ? (inline ?? rest.shift() ?? "") : "" });
    } else if (word.startsWith("-") && word.length > 1) options.push(...readShort(word.slice(1), rest));
    else options.push({ name: "url", value: word });
  }
  return options;
}

/** `-sSXPOST` is `-s -S -X POST`. */
function readShort(letters: string, rest: string[]): readonly Option[] {
  const options: Option[] = [];
  for (const [index, letter] of [...letters].entries()) {
    const name = LONG_NAMES[letter] ?? letter;
    if (!WITH_VALUE.has(name)) {
      options.push({ name, value: "" });
      continue;
    }
    const inline = letters.slice(index + 1);
    options.push({ name, value: inline === "" ? (rest.shift() ?? "") : inline });
    break;
  }
  return options;
}
