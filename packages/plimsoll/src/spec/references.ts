/**
 * `${NAME}` and `${NAME:-default}`: values from the environment that a spec only refers to, so that a secret
 * stands in no journal, report or log. `$${` is a literal `${`.
 */

/** Variables by name; only `cli` knows where they come from. */
export type Env = Readonly<Record<string, string | undefined>>;

/** A variable's value by name. */
export type Lookup = (name: string) => string | undefined;

/** A `${…}` in a text. */
export interface Reference {
  readonly name: string;
  readonly fallback: string | undefined;
}

/** Literal text, a reference, or a `${` that is neither closed nor a name. */
export type ReferencePart = string | Reference | { readonly malformed: string };

const OPENING = /\$\$\{|\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}|\$\{[^}\s]{0,40}\}?/g;

/** The parts of a text, in order: `"Bearer ${KEY}"` → `["Bearer ", {name: "KEY"}]`. */
export function parseReferences(text: string): readonly ReferencePart[] {
  const parts: ReferencePart[] = [];
  let literal = "";
  let end = 0;
  for (const match of text.matchAll(OPENING)) {
    literal += text.slice(end, match.index);
    end = match.index + match[0].length;
    if (match[0] === "$${") {
      literal += "${";
      continue;
    }
    if (literal !== "") parts.push(literal);
    literal = "";
    parts.push(match[1] === undefined ? { malformed: match[0] } : { name: match[1], fallback: match[2] });
  }
  literal += text.slice(end);
  if (literal !== "") parts.push(literal);
  return parts;
}

/** A reference's value: the default serves when the variable is unset or empty, as in a shell. */
export function referenceValue(reference: Reference, lookup: Lookup): string | undefined {
  const value = lookup(reference.name);
  if (reference.fallback !== undefined && (value === undefined || value === "")) return reference.fallback;
  return value;
}

/** The text with every reference replaced by its value; one without a value becomes empty (parsing refuses those). */
export function resolveReferences(text: string, env: Env): string {
  return resolveWith(text, lookupIn(env));
}

/** The same with any way to look values up. */
export function resolveWith(text: string, lookup: Lookup): string {
  if (!text.includes("${")) return text;
  return parseReferences(text)
    .map((part) => (typeof part === "string" ? part : valueOrText(part, lookup)))
    .join("");
}

function valueOrText(part: Exclude<ReferencePart, string>, lookup: Lookup): string {
  return "malformed" in part ? part.malformed : (referenceValue(part, lookup) ?? "");
}

/** Looks names up among an environment's own variables only. */
export function lookupIn(env: Env): Lookup {
  return (name) => (Object.hasOwn(env, name) ? env[name] : undefined);
}

/** Literal text that `resolveReferences` gives back as it was. */
export function escapeReferences(text: string): string {
  return text.replaceAll("${", () => "$${");
}
