import { escapeReferences } from "../../spec/references.ts";
import { escapeInsertions } from "../../spec/text.ts";

/** Literal text for a spec: what looks like an insertion or a reference is escaped. */
export function literalText(text: string): string {
  return escapeInsertions(escapeReferences(text));
}

/** A header whose secret has become a reference. */
export interface HiddenHeader {
  readonly value: string;
  /** Variable to export; undefined when nothing was hidden. */
  readonly variable: string | undefined;
}

const VARIABLES: Readonly<Record<string, string>> = {
  "x-api-key": "API_KEY",
  "api-key": "API_KEY",
  apikey: "API_KEY",
  "x-auth-token": "API_TOKEN",
  "x-goog-api-key": "API_KEY",
  "ocp-apim-subscription-key": "API_KEY",
  cookie: "COOKIE",
};

const SECRET_PARAMETER = /^(key|api[-_]?key|token|access[-_]?token|auth|secret|password|sig|signature)$/i;

/** Replaces the secret in a header's value by `${NAME}`; `value` is ready for a spec (literal parts escaped). */
export function hideSecret(name: string, value: string): HiddenHeader {
  const isReference = /\$\{[A-Za-z_]\w*\}/.test(value) && !value.includes("$${");
  if (isReference) return { value, variable: undefined };
  if (name === "authorization" || name === "proxy-authorization") {
    const scheme = /^(\S+)\s+\S/.exec(value)?.[1];
    return { value: scheme === undefined ? "${API_TOKEN}" : `${scheme} \${API_TOKEN}`, variable: "API_TOKEN" };
  }
  const variable = Object.hasOwn(VARIABLES, name) ? VARIABLES[name] : undefined;
  return variable === undefined ? { value, variable } : { value: `\${${variable}}`, variable };
}

/** `/v1?key=abc&x=1` → `/v1?key=${API_KEY}&x=1`. */
export function hideQuerySecrets(path: string): HiddenHeader {
  const queryIndex = path.indexOf("?");
  if (queryIndex < 0) return { value: path, variable: undefined };
  let variable: string | undefined;
  const query = path.slice(queryIndex + 1).split("&");
  const hidden = query.map((pair) => {
    const [key = "", value] = pair.split("=");
    if (value === undefined || value.includes("${") || !SECRET_PARAMETER.test(key)) return pair;
    variable = "API_KEY";
    return `${key}=\${API_KEY}`;
  });
  return { value: `${path.slice(0, queryIndex)}?${hidden.join("&")}`, variable };
}

/** The line that tells of variables to export. */
export function exportNote(variables: Iterable<string>): string[] {
  const names = [...new Set(variables)];
  if (names.length === 0) return [];
  return [`Secrets were left out: export ${names.join(", ")} before the run.`];
}
