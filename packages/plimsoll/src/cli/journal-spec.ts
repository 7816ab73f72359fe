import { createHash } from "node:crypto";
import type { JsonValue } from "../base/json.ts";
import { redact } from "../spec/secrets.ts";
import type { Spec } from "../spec/spec.ts";

/** Headers whose literal values are credentials, whatever the spec calls them. */
const SENSITIVE_HEADER = /^(authorization|proxy-authorization|cookie|set-cookie|x-api-key|api-key|x-auth-token)$/i;
const SHOWN_ROWS = 3;

/**
 * The spec as the journal and reports show it: references as written, literal credentials as `***`, and of each data
 * table only its size, hash and first rows, so that a journal stays small whatever is drawn from.
 */
export function journalSpec(spec: Spec, secrets: readonly string[]): JsonValue {
  const data = Object.fromEntries(
    Object.entries(spec.data).map(([name, table]) => [
      name,
      {
        source: table.source,
        rows: table.rows.length,
        sha256: createHash("sha256").update(JSON.stringify(table.rows)).digest("hex"),
        first: table.rows.slice(0, SHOWN_ROWS),
      },
    ]),
  );
  const { observe } = spec;
  const observed = observe === undefined ? {} : { observe: { ...observe, origin: displayTarget(observe.origin) } };
  const shown: JsonValue = JSON.parse(
    redact(JSON.stringify({ ...spec, data, ...observed, target: displayTarget(spec.target) }), secrets),
  );
  return maskCredentials(shown);
}

/** The target without the user info a URL may carry. */
export function displayTarget(target: string): string {
  return target.replace(/^([a-z]+:\/\/)[^@/]*@/i, "$1***@");
}

/** A header's value as it may be shown: only references survive in one that carries credentials. */
export function displayHeader(name: string, value: string): string {
  return SENSITIVE_HEADER.test(name) && !/\$\{[A-Za-z_]/.test(value) ? "***" : value;
}

function maskCredentials(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(maskCredentials);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, key === "headers" ? maskHeaders(inner) : maskCredentials(inner)]),
  );
}

function maskHeaders(headers: JsonValue): JsonValue {
  if (typeof headers !== "object" || headers === null || Array.isArray(headers)) return headers;
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, SENSITIVE_HEADER.test(name) ? maskValue(value) : value]),
  );
}

function maskValue(value: JsonValue): JsonValue {
  if (typeof value === "string") return displayHeader("authorization", value);
  if (Array.isArray(value))
    return value.map((part) => (typeof part === "string" ? displayHeader("authorization", part) : part));
  return value;
}
