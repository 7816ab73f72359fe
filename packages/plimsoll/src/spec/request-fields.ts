import type { GeneratorScope } from "./generator-scope.ts";
import { type Path, show } from "./problems.ts";
import type { Text } from "./spec.ts";
import { readText } from "./text.ts";

/** Headers that belong to the connection or to the body's framing: the transport writes them. */
const TRANSPORT_HEADERS: ReadonlySet<string> = new Set([
  "host",
  "connection",
  "content-length",
  "expect",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

const TOKEN = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
const NOT_IN_HEADER = /[^\t\x20-\x7e]/;
const NOT_IN_PATH = /[#\p{Cc}]/u;

/** Header names in lower case, values in their parts. */
export function readHeaders(
  written: Readonly<Record<string, string>>,
  path: Path,
  scope: GeneratorScope,
): Readonly<Record<string, Text>> {
  const headers: Record<string, Text> = {};
  for (const [writtenName, value] of Object.entries(written)) {
    const name = writtenName.toLowerCase();
    const place = [...path, writtenName];
    if (!TOKEN.test(name)) scope.problems.add(place, `${show(writtenName)} cannot be a header's name`, { end: "key" });
    else if (TRANSPORT_HEADERS.has(name)) {
      scope.problems.add(place, `the header ${name} is written by the transport; leave it out`, { end: "key" });
    } else if (Object.hasOwn(headers, name)) {
      scope.problems.add(place, `the header ${name} stands twice`, { end: "key" });
    }
    const text = readText(value, place, scope);
    if (text.some((part) => typeof part === "string" && NOT_IN_HEADER.test(part))) {
      scope.problems.add(place, `${show(value)} holds characters that no header may; expected printable ASCII`);
    }
    headers[name] = text;
  }
  return headers;
}

/** A request's path with its query. */
export function readPath(written: string, path: Path, scope: GeneratorScope): Text {
  if (/^https?:\/\//i.test(written)) {
    scope.problems.add(path, `${show(written)} is a whole URL; expected a path such as /embed`, {
      hint: "The scheme and host stand once, under `target`.",
    });
  } else if (!written.startsWith("/")) {
    scope.problems.add(path, `${show(written)} is not a path; expected one that begins with /, such as /embed`);
  } else if (NOT_IN_PATH.test(written)) {
    scope.problems.add(path, `${show(written)} holds # or a control character; expected a path such as /embed?x=1`);
  }
  return readText(written, path, scope);
}

/** Fields or parameters with their texts. */
export function readTexts(
  written: Readonly<Record<string, string>>,
  path: Path,
  scope: GeneratorScope,
): readonly (readonly [string, Text])[] {
  return Object.entries(written).map(([name, value]) => [name, readText(value, [...path, name], scope)] as const);
}
