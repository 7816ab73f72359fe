import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Expect } from "../spec/spec.ts";
import { ANY_RESPONSE } from "../spec/written-expect.ts";
import { compileExpectation } from "./expectation.ts";

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly responseMs?: number;
  readonly isBodyChecked?: boolean;
}

/** `kind: message`, or `ok`. */
function judge(expectation: Partial<Expect>, answer: Answer): string {
  const mismatch = compileExpectation({ ...ANY_RESPONSE, ...expectation }).check({
    status: answer.status ?? 200,
    header: (name) => answer.headers?.[name],
    body: answer.body === undefined ? undefined : new TextEncoder().encode(answer.body),
    isBodyChecked: answer.isBodyChecked ?? true,
    responseMs: answer.responseMs ?? 10,
  });
  return mismatch === undefined ? "ok" : `${mismatch.kind}: ${mismatch.message}`;
}

const OK = { low: 200, high: 299 };
const equals = (path: string, value: Expect["json"][number]["equals"]) => ({ json: [{ path, equals: value }] });
const shape = (
  path: string,
  type: NonNullable<Expect["shape"][number]["shape"]["type"]>,
  length?: readonly [number, number],
) => ({
  shape: [{ path, shape: { type, length } }],
});

test.each<[string, Partial<Expect>, Answer, string]>([
  ["a status below 400 is right when nothing is said", {}, { status: 302 }, "ok"],
  ["400 is the first wrong one", {}, { status: 400 }, "http-4xx: status 400"],
  ["a client error is told", {}, { status: 404 }, "http-4xx: status 404"],
  ["too many requests is a kind of its own", {}, { status: 429 }, "http-429: status 429"],
  ["a server error is told", {}, { status: 503 }, "http-5xx: status 503"],
  ["a redirect is wrong only by expect", { status: [OK] }, { status: 302 }, "http-3xx: status 302"],
  [
    "another success than the one wanted",
    { status: [{ low: 201, high: 201 }] },
    { status: 200 },
    "expectation: status 200",
  ],
  ["a wanted 404 is right", { status: [OK, { low: 404, high: 404 }] }, { status: 404 }, "ok"],
  ["a header equals", { headers: { a: { equals: "x" } } }, { headers: { a: "x" } }, "ok"],
  ["a header contains", { headers: { a: { contains: "json" } } }, { headers: { a: "text/json" } }, "ok"],
  [
    "a header is missing",
    { headers: { a: { contains: "json" } } },
    {},
    'expectation: header a is nothing, expected one with "json"',
  ],
  ["too slow", { maxMs: 2000 }, { responseMs: 2000.1 }, "expectation: took longer than 2000 ms"],
  ["just in time", { maxMs: 2000 }, { responseMs: 2000 }, "ok"],
  ["a JSON value", equals("status", "healthy"), { body: '{"status":"healthy"}' }, "ok"],
  [
    "another JSON value",
    equals("status", "healthy"),
    { body: '{"status":"loading"}' },
    'expectation: status is "loading", expected "healthy"',
  ],
  ["a deep JSON value, keys in any order", equals("$", { a: 1, b: [2] }), { body: '{"b":[2],"a":1}' }, "ok"],
  [
    "a JSON value is missing",
    equals("$.a.b", null),
    { body: '{"a":{}}' },
    "expectation: $.a.b is nothing, expected null",
  ],
  ["no JSON at all", equals("a", 1), { body: "<html>" }, "bad-body: the body is not JSON"],
  ["an empty body", equals("a", 1), { body: "" }, "bad-body: empty body, expected JSON"],
  ["a body that is not checked this time", equals("a", 1), { body: "<html>", isBodyChecked: false }, "ok"],
  ["a status is checked even then", equals("a", 1), { status: 500, isBodyChecked: false }, "http-5xx: status 500"],
  ["an array of a length", shape("e", "array", [384, 384]), { body: `{"e":[${Array(384).fill(0).join()}]}` }, "ok"],
  [
    "an array of another length",
    shape("e", "array", [384, 384]),
    { body: '{"e":[1]}' },
    "expectation: e is array(1), expected array(384)",
  ],
  ["another type", shape("e", "integer"), { body: '{"e":1.5}' }, "expectation: e is number, expected integer"],
  [
    "a string of a length",
    shape("e", "string", [1, Number.MAX_SAFE_INTEGER]),
    { body: '{"e":""}' },
    "expectation: e is string, expected string(1..)",
  ],
])("%s", (_, wanted, answer, expected) => expect(judge(wanted, answer)).toBe(expected));

test("says what it needs of a response", () => {
  const needs = (expectation: Partial<Expect>) => {
    const { needsBody, needsHeaders } = compileExpectation({ ...ANY_RESPONSE, ...expectation });
    return [needsBody, needsHeaders];
  };
  expect(needs({})).toEqual([false, false]);
  expect(needs(equals("a", 1))).toEqual([true, false]);
  expect(needs({ headers: { a: { equals: "x" } } })).toEqual([false, true]);
});

describe("laws", () => {
  test("whatever the target answers, the message is short and safe to print", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), fc.boolean(), (text, isQuoted) => {
        const body = isQuoted ? JSON.stringify({ a: text }) : text;
        const message = judge(
          { ...equals("a", "wanted"), headers: { h: { equals: "x" } } },
          { body, headers: { h: "x" } },
        );
        expect(message.length).toBeLessThanOrEqual(220);
        expect(message).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
      }),
    );
  });
});
