import { describe, expect, test } from "vitest";
import { parseSpec } from "./parse-spec.ts";
import type { ProfileOverride, SpecSource } from "./source.ts";
import { contextOf, GOOD, problemsOf, value, withProfile, withTask, yaml } from "./spec-context.fixture.ts";

const DURATION = "expected a duration above 0 with its unit, such as 500ms, 30s or 5m";
const LOADS = "expected users (closed loop) or rate (open loop)";

describe("problems", () => {
  const rows: readonly (readonly [rule: string, source: SpecSource, expected: readonly string[]])[] = [
    [
      "a duration needs its unit",
      withProfile({ users: 1, for: 30 }),
      ["profiles.p.for: 30 has no unit; a duration needs its unit, such as 30s"],
    ],
    ["a phase lasts", withProfile({ users: 1, for: "0s" }), [`profiles.p.for: "0s" is wrong; ${DURATION}`]],
    [
      "a rate needs its unit",
      withProfile({ rate: "40", for: "1s" }),
      ["profiles.p.rate: 40 has no unit; a rate needs its unit, such as 50/s"],
    ],
    [
      "users and rate exclude each other",
      withProfile({ users: 1, rate: "4/s", for: "1s" }),
      [`profiles.p.rate: users and a rate are both given; ${LOADS}`],
    ],
    ["a profile has a load", withProfile({ for: "1s" }), [`profiles.p: no load; ${LOADS}`]],
    [
      "a profile has a length",
      withProfile({ users: 1 }),
      ["profiles.p.for: missing; expected a duration with its unit, such as 30s"],
    ],
    [
      "0 users send nothing",
      withProfile({ users: 0, for: "1s" }),
      ["profiles.p.users: 0 users send nothing; expected at least 1"],
    ],
    [
      "a rate of 0 sends nothing",
      withProfile({ rate: "0/s", for: "1s" }),
      ["profiles.p.rate: a rate of 0 sends nothing; expected one such as 40/s"],
    ],
    [
      "think time belongs to users",
      withProfile({ rate: "1/s", for: "1s", think: "1s" }),
      ["profiles.p.think: think time belongs to users"],
    ],
    [
      "a tag is one of a task's",
      withProfile({ users: 1, for: "1s", tags: ["x"] }),
      ['profiles.p.tags[0]: no tag is named "x"; there are none'],
    ],
    ["there is a profile", value({ ...GOOD, profiles: {} }), ["profiles: no profiles; expected at least one"]],
    ["there is a task", value({ ...GOOD, tasks: {} }), ["tasks: no tasks; expected at least one"]],
    [
      "a weight is above 0",
      withTask({ get: "/", weight: 0 }),
      ["tasks: every weight is 0; expected at least one above 0"],
    ],
    [
      "a task has a request",
      withTask({ weight: 1 }),
      ["tasks.a: no request; expected a method with its path, such as get: /health"],
    ],
    [
      "a task has one request",
      withTask({ get: "/", post: "/" }),
      ["tasks.a.post: post stands beside get; expected one method with its path"],
    ],
    [
      "a task has one body",
      withTask({ post: "/", json: {}, text: "x" }),
      ["tasks.a.text: a body stands already under json; expected one of json, text, form, file"],
    ],
    [
      "a path begins with a slash",
      withTask({ get: "health" }),
      ['tasks.a.get: "health" is not a path; expected one that begins with /, such as /embed'],
    ],
    [
      "a picked table exists",
      withTask({ post: "/", json: { pick: "sentence" } }, { data: { sentences: ["x"] } }),
      ['tasks.a.json: no data table is named "sentence"; nearest: "sentences"'],
    ],
    [
      "a picked field exists",
      withTask({ get: "/{{pick u.mail}}" }, { data: { u: { file: "users.csv" } } }),
      ['tasks.a.get: row 1 of "u" has no field "mail"'],
    ],
    [
      "a text cannot hold a mapping",
      withTask({ get: "/{{pick u}}" }, { data: { u: [{ id: 1 }] } }),
      ['tasks.a.get: rows of "u" are lists or mappings, which no text can hold'],
    ],
    [
      "a captured value was captured before",
      withTask({ steps: [{ get: "/{{id}}", capture: { id: "$.id" } }] }),
      ['tasks.a.steps[0].get: no value captured by an earlier step is named "id"; there are none'],
    ],
    ["a file exists", withTask({ post: "/", file: "nope.bin" }), ['tasks.a.file: "nope.bin" does not exist']],
    [
      "a table has rows",
      value({ ...GOOD, data: { e: { file: "empty.txt" } } }),
      ['data.e: no rows in "empty.txt"; expected at least one'],
    ],
    [
      "a bad line is told by number",
      value({ ...GOOD, data: { b: { file: "bad.jsonl" } } }),
      ['2:1 data.b: line 2 of "bad.jsonl" is not JSON: "{\\"id\\": "'],
    ],
    [
      "a target is a URL",
      value({ ...GOOD, target: "localhost:8000" }),
      ['target: "localhost:8000" is not a URL; expected a URL such as http://127.0.0.1:8000'],
    ],
    [
      "a target speaks HTTP",
      value({ ...GOOD, target: "ftp://h" }),
      ['target: "ftp:" is not spoken; expected http or https'],
    ],
    [
      "headers cannot hold line ends",
      value({ ...GOOD, headers: { a: "x\r\nb: y" } }),
      ['headers.a: "x\\r\\nb: y" holds characters that no header may; expected printable ASCII'],
    ],
    [
      "framing is the transport's",
      value({ ...GOOD, headers: { "Content-Length": 1 } }),
      ["headers.Content-Length: the header content-length is written by the transport; leave it out"],
    ],
    [
      "profiles name files",
      value({ ...GOOD, profiles: { "../x": { users: 1, for: "1s" } } }),
      [
        'profiles["../x"]: "../x" is not a good key; expected a name of letters, digits, _, - and . (it becomes a file\'s name)',
      ],
    ],
    [
      "files differ by more than case",
      value({ ...GOOD, profiles: { p: { users: 1, for: "1s" }, P: { users: 1, for: "1s" } } }),
      ['profiles.P: "P" and "p" would name the same files'],
    ],
    [
      "a threshold names a task",
      value({ ...GOOD, thresholds: ["b p95 < 1s"] }),
      ['thresholds[0]: no task or profile is named "b"; nearest: "a"'],
    ],
    [
      "a threshold's window stands once",
      value({ ...GOOD, thresholds: [{ expr: "p95 < 1s for 30s", for: "10s" }] }),
      ["thresholds[0].for: a window stands in the expression already; expected it once"],
    ],
    [
      "abort is for promises that can be lost before the end",
      value({
        ...GOOD,
        thresholds: ["mean < 1s", "rps > 5", "p95 > 1s", "errors < 1%"].map((expr) => ({ expr, abort: true })),
      }),
      ["mean < 1s", "rps > 5", "p95 > 1s"].map(
        (expr, at) =>
          `thresholds[${at}].abort: "${expr}" is judged at the end only; abort works with promises such as p95 < 500ms and errors < 1%`,
      ),
    ],
    [
      "a status is one of HTTP's",
      withTask({ get: "/", expect: { status: 99 } }),
      ["tasks.a.expect.status: 99 is wrong; expected a status such as 200, 2xx or 200-204"],
    ],
    [
      "functions are a later matter",
      withTask({ post: "/", json: () => ({}) }),
      ["tasks.a.json: a function cannot stand here yet; expected plain data"],
    ],
    [
      "prototype keys are refused",
      value({ ...GOOD, constructor: 1 }),
      ['constructor: the key "constructor" is refused'],
    ],
    ["a spec is a mapping", value([1]), ["not a spec; expected a mapping with target, tasks and profiles"]],
  ];
  test.each(rows)("%s", (_, source, expected) => expect(problemsOf(source)).toEqual(expected));

  test("all at once, each with its place in the file and the nearest key", () => {
    const text = `target: http://h
tasks:
  embed: { weigth: 8, post: /embed, json: { texts: { pick: sentence, cuont: 2 } } }
  health: { get: /health, expect: { statsu: 200 } }
data: { sentence: [x] }
profiles:
  spike: { users: 200, spawn: 200, for: 1m }
  soak: { users: 5, for: forever }
thresholds:
  - p95 < 500
  - embde p99 < 1s
`;
    expect(problemsOf(yaml(text))).toEqual([
      '3:12 tasks.embed.weigth: unknown key "weigth"; nearest: "weight"',
      '3:70 tasks.embed.json.texts.cuont: unknown key "cuont" beside pick; nearest: "count"',
      '4:37 tasks.health.expect.statsu: unknown key "statsu"; nearest: "status"',
      "7:31 profiles.spike.spawn: 200 has no unit; a rate needs its unit, such as 50/s",
      `8:26 profiles.soak.for: "forever" is wrong; ${DURATION}`,
      '10:5 thresholds[0]: "500" is no limit for p95; expected a duration with its unit, such as 500ms',
      '11:5 thresholds[1]: no task or profile is named "embde"; nearest: "embed"',
    ]);
  });

  test("what the command line says is told under its flag", () => {
    const overrides = { target: "nope", timeout: "5", thresholds: ["p95 < 1"] };
    expect(problemsOf(value({ ...GOOD, thresholds: ["p95 < 1s"] }), contextOf({}, overrides))).toEqual([
      "--timeout: 5 has no unit; a duration needs its unit, such as 30s",
      '--target: "nope" is not a URL; expected a URL such as http://127.0.0.1:8000',
      '--threshold: "1" is no limit for p95; expected a duration with its unit, such as 500ms',
    ]);
  });

  test("numbers for one profile are told under their flags, and change no other profile", () => {
    const profiles = { ...GOOD.profiles, other: { users: 3, for: "7s" } };
    const [first = ""] = Object.keys(GOOD.profiles);
    const withNumbers = (profile: ProfileOverride) => contextOf({}, { profile });
    expect(problemsOf(value({ ...GOOD, profiles }), withNumbers({ name: first, users: "-1", for: "x" }))).toEqual([
      expect.stringMatching(/^--users: /),
      expect.stringMatching(/^--duration: /),
    ]);
    expect(problemsOf(value({ ...GOOD, profiles }), withNumbers({ name: "other", think: "x", arrivals: "y" }))).toEqual(
      [expect.stringMatching(/^--arrivals: /), expect.stringMatching(/^--think: /)],
    );
    const spec = parseSpec(value({ ...GOOD, profiles }), withNumbers({ name: "other", users: "9", for: "2s" }));
    expect(spec.profiles.find(({ name }) => name === "other")).toMatchObject({
      durationMs: 2000,
      stages: [{ users: 9 }],
    });
    expect(spec.profiles.filter(({ name }) => name !== "other")).toEqual(
      parseSpec(value(GOOD), contextOf({})).profiles,
    );
    expect(parseSpec(value(GOOD), withNumbers({ name: "none", users: "9" }))).toEqual(
      parseSpec(value(GOOD), contextOf({})),
    );
  });
});
