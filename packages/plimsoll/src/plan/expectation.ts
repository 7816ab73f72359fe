import type { JsonValue } from "../base/json.ts";
import type { ErrorKind } from "../base/outcome.ts";
import { show } from "../spec/problems.ts";
import type { Expect, StatusRange } from "../spec/spec.ts";
import { hasShape, shapeOf, writeShape } from "./expectation-shape.ts";
import { parseJsonBody } from "./json-body.ts";
import { compileJsonPath } from "./json-path.ts";

/** A whole response as the engine saw it. */
export interface ResponseView {
  readonly status: number;
  /** Value of a header by lower-case name. */
  header(name: string): string | undefined;
  /** Needed only when `isBodyChecked` and the expectation needs it. */
  readonly body: Uint8Array | undefined;
  /** False when this response is not among those whose body is checked (`checkRatio`). */
  readonly isBodyChecked: boolean;
  readonly responseMs: number;
}

/** Why a response is not right: a kind, and at most 200 characters that are safe to print. */
export interface Mismatch {
  readonly kind: ErrorKind;
  readonly message: string;
}

export interface Expectation {
  readonly needsBody: boolean;
  readonly needsHeaders: boolean;
  /** Undefined when the response is right. */
  check(response: ResponseView): Mismatch | undefined;
}

const MAX_MESSAGE_CHARS = 200;

type BodyCheck = (json: JsonValue) => string | undefined;

/**
 * Compiles what makes a response right. Status first, then headers, latency, body; the first mismatch is told, without
 * measured numbers, so that equal faults read alike and can be counted together.
 */
export function compileExpectation(expect: Expect): Expectation {
  const headers = Object.entries(expect.headers);
  const bodyChecks: readonly BodyCheck[] = [...expect.json.map(equalsCheck), ...expect.shape.map(shapeCheck)];
  const needsBody = bodyChecks.length > 0;
  const { status: statuses, maxMs } = expect;
  const check = (response: ResponseView): Mismatch | undefined => {
    if (!isRightStatus(response.status, statuses)) return wrongStatus(response.status);
    for (const [name, wanted] of headers) {
      const value = response.header(name);
      if (!isRightHeader(value, wanted))
        return mismatch(`header ${name} is ${show(value)}, expected ${wantedText(wanted)}`);
    }
    if (maxMs !== undefined && response.responseMs > maxMs) return mismatch(`took longer than ${maxMs} ms`);
    return needsBody && response.isBodyChecked ? checkBody(response.body, bodyChecks) : undefined;
  };
  return { needsBody, needsHeaders: headers.length > 0, check };
}

function isRightStatus(status: number, ranges: readonly StatusRange[] | undefined): boolean {
  if (ranges === undefined) return status < 400;
  for (const { low, high } of ranges) if (status >= low && status <= high) return true;
  return false;
}

function wrongStatus(status: number): Mismatch {
  return { kind: statusKind(status), message: `status ${status}` };
}

function statusKind(status: number): ErrorKind {
  if (status === 429) return "http-429";
  if (status >= 500) return "http-5xx";
  if (status >= 400) return "http-4xx";
  return status >= 300 ? "http-3xx" : "expectation";
}

type WantedHeader = Expect["headers"][string];

function isRightHeader(value: string | undefined, wanted: WantedHeader): boolean {
  if (value === undefined) return false;
  return "equals" in wanted ? value === wanted.equals : value.includes(wanted.contains);
}

function wantedText(wanted: WantedHeader): string {
  return "equals" in wanted ? show(wanted.equals) : `one with ${show(wanted.contains)}`;
}

function checkBody(body: Uint8Array | undefined, checks: readonly BodyCheck[]): Mismatch | undefined {
  if (body === undefined || body.length === 0) return { kind: "bad-body", message: "empty body, expected JSON" };
  const json = parseJsonBody(body);
  if (json === undefined) return { kind: "bad-body", message: "the body is not JSON" };
  for (const check of checks) {
    const fault = check(json);
    if (fault !== undefined) return mismatch(fault);
  }
  return undefined;
}

function equalsCheck({ path, equals }: Expect["json"][number]): BodyCheck {
  const read = compileJsonPath(path);
  const wanted = show(equals);
  return (json) => {
    const value = read(json);
    return isEqualJson(value, equals) ? undefined : `${path} is ${show(value)}, expected ${wanted}`;
  };
}

function shapeCheck({ path, shape }: Expect["shape"][number]): BodyCheck {
  const read = compileJsonPath(path);
  const wanted = writeShape(shape);
  return (json) => {
    const value = read(json);
    return hasShape(value, shape) ? undefined : `${path} is ${shapeOf(value)}, expected ${wanted}`;
  };
}

/** Equal as JSON: the order of an object's keys does not matter. */
function isEqualJson(value: unknown, wanted: JsonValue): boolean {
  if (value === wanted) return true;
  if (typeof value !== "object" || value === null || typeof wanted !== "object" || wanted === null) return false;
  if (Array.isArray(value) !== Array.isArray(wanted)) return false;
  const keys = Object.keys(value);
  if (keys.length !== Object.keys(wanted).length) return false;
  const wantedByKey = new Map(Object.entries(wanted));
  return Object.entries(value).every(([key, item]) => {
    const wantedItem = wantedByKey.get(key);
    return wantedItem !== undefined && isEqualJson(item, wantedItem);
  });
}

function mismatch(message: string): Mismatch {
  const clean = message.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, "?");
  return { kind: "expectation", message: clean.slice(0, MAX_MESSAGE_CHARS) };
}
