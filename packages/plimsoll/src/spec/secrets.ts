/** What must not be seen: which variables a spec refers to, what their values are, and how a text is cleared of them. */

import type { JsonValue } from "../base/json.ts";
import { encodeBase64 } from "./base64.ts";
import { type Env, lookupIn, parseReferences, resolveReferences } from "./references.ts";
import type { JsonTemplate, Spec, Step, Text } from "./spec.ts";
import { splitTarget } from "./substitution.ts";

/** Headers whose values are secrets even when written out. */
const SECRET_HEADERS: ReadonlySet<string> = new Set([
  "authorization",
  "proxy-authorization",
  "cookie",
  "x-api-key",
  "api-key",
  "x-auth-token",
]);

/** Shorter values would blank half a report; they are no secrets. */
const MIN_CHARS = 4;
const MASK = "***";
/** How `show` and its like mark a cut. */
const ELLIPSIS = "…";

/** Variables that the spec's headers, query, bodies and user info refer to, each once, in order. */
export function referencedNames(spec: Spec): string[] {
  const names = new Set<string>();
  for (const text of referringTexts(spec)) {
    for (const part of parseReferences(text)) if (typeof part !== "string" && "name" in part) names.add(part.name);
  }
  return [...names];
}

/**
 * Values to be cleared from everything that is shown or written. Those of fewer than 4 characters are left out, and so
 * are defaults, which stand in the spec for all to read.
 */
export function secretValues(spec: Spec, env: Env): string[] {
  const lookup = lookupIn(env);
  const values = new Set<string>();
  for (const text of referringTexts(spec)) {
    for (const part of parseReferences(text)) {
      if (typeof part !== "string" && "name" in part) values.add(lookup(part.name) ?? "");
    }
  }
  for (const target of [spec.target, spec.observe?.origin ?? ""]) {
    const userInfo = resolveReferences(splitTarget(target)?.userInfo ?? "", env);
    values.add(userInfo).add(userInfo.slice(userInfo.indexOf(":") + 1));
  }
  for (const value of secretHeaderValues(spec, env)) {
    values.add(value);
    // `Bearer sk-…`: the part after the scheme is the secret.
    values.add(value.slice(value.indexOf(" ") + 1));
  }
  return [...values].filter((value) => value.length >= MIN_CHARS);
}

/**
 * The text with every secret replaced by `***`: as it is, JSON-escaped, URL-encoded, and in base64 at any offset; also
 * what is left of one where a text was cut to its length, at its end or before an ellipsis.
 */
export function redact(text: string, secrets: readonly string[]): string {
  const forms = orderedForms(secrets);
  const whole = text
    .split(ELLIPSIS)
    .map((part) => clearCutEnd(part, forms))
    .join(ELLIPSIS);
  return forms.reduce((clear, form) => clear.replaceAll(form, MASK), whole);
}

/** Replaces the longest end of the text with which a secret begins. */
function clearCutEnd(text: string, forms: readonly string[]): string {
  let cutChars = 0;
  for (const form of forms) {
    for (let chars = Math.min(form.length, text.length); chars >= MIN_CHARS && chars > cutChars; chars--) {
      if (text.endsWith(form.slice(0, chars))) cutChars = chars;
    }
  }
  return cutChars === 0 ? text : `${text.slice(0, -cutChars)}${MASK}`;
}

/** Forms by list of secrets: a run clears thousands of messages of the same few. */
const FORMS = new WeakMap<readonly string[], readonly string[]>();

/** The longest first, so that none is left half standing. */
function orderedForms(secrets: readonly string[]): readonly string[] {
  const cached = FORMS.get(secrets);
  if (cached !== undefined) return cached;
  const forms = new Set(secrets.filter((secret) => secret.length >= MIN_CHARS).flatMap(formsOf));
  const ordered = [...forms].sort((left, right) => right.length - left.length);
  FORMS.set(secrets, ordered);
  return ordered;
}

function formsOf(secret: string): readonly string[] {
  const wellFormed = secret.replace(/\p{Surrogate}/gu, "\uFFFD");
  const encoded = encodeURIComponent(wellFormed);
  const base64 = base64Forms(new TextEncoder().encode(wellFormed));
  const plain = [secret, JSON.stringify(secret).slice(1, -1), encoded, encoded.replaceAll("%20", "+")];
  return [...plain, ...base64, ...base64.map((form) => form.replaceAll("+", "-").replaceAll("/", "_"))];
}

/**
 * How the bytes look within the base64 of a longer text (`user:secret`): at each of three offsets, without the letters
 * at either end that neighbouring bytes take part in.
 */
function base64Forms(bytes: Uint8Array): readonly string[] {
  return [0, 1, 2].flatMap((offset) => {
    const shifted = new Uint8Array(offset + bytes.length);
    shifted.set(bytes, offset);
    const first = Math.ceil((offset * 8) / 6);
    const inner = encodeBase64(shifted).slice(first, Math.floor((shifted.length * 8) / 6));
    return inner.length >= MIN_CHARS ? [inner] : [];
  });
}

function secretHeaderValues(spec: Spec, env: Env): string[] {
  const isSecret = ([name]: readonly [string, unknown]) => SECRET_HEADERS.has(name);
  const own = [...Object.entries(spec.headers), ...Object.entries(spec.observe?.headers ?? {})]
    .filter(isSecret)
    .map(([, value]) => value);
  const steps = spec.tasks.flatMap((task) => task.steps);
  const drawn = steps.flatMap((step) =>
    Object.entries(step.headers)
      .filter(isSecret)
      .flatMap(([, text]) => literals(text)),
  );
  return [...own, ...drawn].map((text) => resolveReferences(text, env));
}

/** Every text in which a reference may stand. */
function referringTexts(spec: Spec): readonly string[] {
  return [
    splitTarget(spec.target)?.userInfo ?? "",
    ...Object.values(spec.headers),
    spec.ready?.path ?? "",
    splitTarget(spec.observe?.origin ?? "")?.userInfo ?? "",
    spec.observe?.path ?? "",
    ...Object.values(spec.observe?.headers ?? {}),
    ...spec.tasks.flatMap((task) => task.steps).flatMap(stepTexts),
  ].filter((text) => text.includes("${"));
}

function stepTexts(step: Step): readonly string[] {
  return [step.path, ...Object.values(step.query), ...Object.values(step.headers)]
    .flatMap(literals)
    .concat(bodyTexts(step.body));
}

function bodyTexts(body: Step["body"]): readonly string[] {
  switch (body?.kind) {
    case "json":
      return templateTexts(body.template);
    case "text":
      return literals(body.text);
    case "form":
      return body.fields.flatMap(([, text]) => literals(text));
    case "file":
    case undefined:
      return [];
  }
}

function templateTexts(template: JsonTemplate): readonly string[] {
  switch (template.kind) {
    case "literal":
      return strings(template.value);
    case "text":
      return literals(template.text);
    case "generate":
      return template.generator.kind === "repeat" ? [template.generator.text] : [];
    case "array":
      return template.items.flatMap(templateTexts);
    case "object":
      return template.entries.flatMap(([, item]) => templateTexts(item));
  }
}

function literals(text: Text): readonly string[] {
  return text.filter((part) => typeof part === "string");
}

function strings(value: JsonValue): readonly string[] {
  if (typeof value === "string") return [value];
  return value === null || typeof value !== "object" ? [] : Object.values(value).flatMap(strings);
}
