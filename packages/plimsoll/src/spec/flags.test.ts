import { describe, expect, test } from "vitest";
import { PlimsollError } from "../base/errors.ts";
import { exactJson, specFromFlags, type UrlFlags } from "./flags.ts";
import { contextOf } from "./spec-context.fixture.ts";

function problemsOf(flags: UrlFlags): string[] {
  try {
    specFromFlags(flags, contextOf());
    return [];
  } catch (error) {
    if (!(error instanceof PlimsollError)) throw error;
    return error.problems.map(({ message }) => message);
  }
}

describe("specFromFlags", () => {
  test("a flags run is profile `run` with one task named METHOD /path, without its query", () => {
    const spec = specFromFlags({ url: "http://127.0.0.1:8000?key=x", rate: "40", duration: "1m" }, contextOf());
    expect(spec.tasks.map(({ name, steps }) => [name, steps[0]?.method, steps[0]?.path])).toEqual([
      ["GET /", "GET", ["/?key=x"]],
    ]);
    expect(spec.profiles).toMatchObject([
      { name: "run", kind: "open", arrivals: "poisson", stages: [{ fromPerSec: 40 }] },
    ]);
  });

  test("a body makes it a POST; JSON, text and files are told apart", () => {
    const bodyOf = (body: string) =>
      specFromFlags({ url: "http://h/x", users: "1", duration: "1s", body }, contextOf()).tasks[0]?.steps[0];
    expect(bodyOf('{"a": {"uuid": true}}')).toMatchObject({ method: "POST", body: { kind: "json" } });
    expect(bodyOf("a=1")).toMatchObject({ body: { kind: "text", text: ["a=1"] } });
    expect(bodyOf("@payload.bin")).toMatchObject({ body: { kind: "file", base64: "AQID", source: "payload.bin" } });
  });

  test.each<[string, UrlFlags, string[]]>([
    ["the load", { url: "http://h", duration: "1s" }, ["no load: neither --users nor --rate is given"]],
    [
      "all at once",
      { url: "localhost:8000", header: ["x"], timeout: "soon" },
      [
        '--url: "localhost:8000" is not a URL',
        "no load: neither --users nor --rate is given",
        '--header: "x" has no colon',
        '--timeout: "soon" is wrong; expected a duration above 0 with its unit, such as 500ms, 30s or 5m',
        "--duration: missing; expected a duration with its unit, such as 30s",
      ],
    ],
    [
      "users and a rate",
      { url: "http://h", users: "1", rate: "1/s" },
      ["--users and --rate: both are given", "--duration: missing; expected a duration with its unit, such as 30s"],
    ],
    [
      "--duration",
      { url: "http://h", users: "1", duration: "30" },
      ["--duration: 30 has no unit; a duration needs its unit, such as 30s"],
    ],
    [
      "--duration missing",
      { url: "http://h", users: "1" },
      ["--duration: missing; expected a duration with its unit, such as 30s"],
    ],
    [
      "--users",
      { url: "http://h", users: "many", duration: "1s" },
      ['--users: "many" is wrong; expected a whole number from 0 to 1000000'],
    ],
    ["--header", { url: "http://h", users: "1", duration: "1s", header: ["x"] }, ['--header: "x" has no colon']],
    ["--url", { url: "localhost:8000", users: "1", duration: "1s" }, ['--url: "localhost:8000" is not a URL']],
  ])("problems are told under the name of the flag: %s", (_, flags, expected) =>
    expect(problemsOf(flags)).toEqual(expected),
  );
});

test.each([
  ['{"a": 1.0}', undefined],
  ['{"id": 12345678901234567890}', undefined],
  ['{ "a": [1, "x y"] }', { a: [1, "x y"] }],
  ['"text"', undefined],
  ['{"a": {"__proto__": 1}}', undefined],
  ['[{"prototype": []}]', undefined],
  ["{", undefined],
])("exactJson takes only what comes out again as it went in: %s", (text, expected) =>
  expect(exactJson(text)).toEqual(expected),
);
