/** The steps of a JSON path, keys and indices: `$.data[0].id` → `["data", 0, "id"]`. */
export type JsonPathSteps = readonly (string | number)[];

const STEP = /\.?([^.[\]"'\s][^.[\]]*)|\[(\d{1,9})\]|\[("(?:[^"\\]|\\.)*")\]|\['([^'\\]*)'\]/y;
const MAX_LENGTH = 500;

/** Reads `$`, `$.a.b[0]`, `a.b`, `a["b.c"]`; undefined when it is none of these. No wildcards, filters or slices. */
export function parseJsonPath(text: string): JsonPathSteps | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const steps: (string | number)[] = [];
  let rest = text.startsWith("$") ? text.slice(1) : text;
  if (rest === text && text === "") return undefined;
  if (text.startsWith("$") && rest !== "" && !/^[.[]/.test(rest)) return undefined;
  if (!text.startsWith("$") && rest.startsWith(".")) return undefined;
  if (rest !== "" && !rest.startsWith("[") && !rest.startsWith(".")) rest = `.${rest}`;
  STEP.lastIndex = 0;
  while (STEP.lastIndex < rest.length) {
    const startIndex = STEP.lastIndex;
    const match = STEP.exec(rest);
    if (match === null) return undefined;
    if (match[1] !== undefined && rest[startIndex] !== ".") return undefined;
    steps.push(match[1] ?? (match[2] === undefined ? (match[4] ?? unquote(match[3])) : Number(match[2])));
  }
  return steps;
}

function unquote(text: string | undefined): string {
  if (text === undefined) return "";
  try {
    const value: unknown = JSON.parse(text);
    return String(value);
  } catch {
    return text.slice(1, -1);
  }
}
