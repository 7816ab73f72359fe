import { at, isMapping } from "../../spec/problems.ts";
import { resolveRef } from "./schema-example.ts";

/** Headers that a document's security asks for, secrets as references. */
export interface Security {
  readonly headers: Readonly<Record<string, string>>;
  readonly variables: readonly string[];
}

/** Reads `components.securitySchemes`: bearer and basic authorization, keys in headers. */
export function securityOf(document: unknown): Security {
  const schemes = at(at(document, "components"), "securitySchemes");
  const headers: Record<string, string> = {};
  const variables: string[] = [];
  for (const scheme of isMapping(schemes) ? Object.values(schemes) : []) {
    const header = headerOf(resolveRef(document, scheme));
    if (header === undefined || Object.hasOwn(headers, header.name)) continue;
    headers[header.name] = header.value;
    variables.push(header.variable);
  }
  return { headers, variables };
}

function headerOf(scheme: unknown) {
  const type = at(scheme, "type");
  if (type === "http") {
    const isBasic = String(at(scheme, "scheme")).toLowerCase() === "basic";
    return { name: "authorization", value: `${isBasic ? "Basic" : "Bearer"} \${API_TOKEN}`, variable: "API_TOKEN" };
  }
  if (type === "oauth2" || type === "openIdConnect") {
    return { name: "authorization", value: "Bearer ${API_TOKEN}", variable: "API_TOKEN" };
  }
  const name = at(scheme, "name");
  if (type !== "apiKey" || at(scheme, "in") !== "header" || typeof name !== "string") return undefined;
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) return undefined;
  return { name: name.toLowerCase(), value: "${API_KEY}", variable: "API_KEY" };
}
