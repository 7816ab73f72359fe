import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PlimsollError } from "../base/errors.ts";
import { specFromFlags } from "./flags.ts";
import { parseSpec } from "./parse-spec.ts";
import type { SpecContext, SpecSource } from "./source.ts";
import { contextOf, DESIGN_EXAMPLE } from "./spec-context.fixture.ts";

const yaml = (text: string): SpecSource => ({ kind: "yaml", file: "plimsoll.yaml", text });
const value = (written: unknown): SpecSource => ({ kind: "value", file: "plimsoll.ts", value: written });

/** `line:column message` of every problem; without place only the message. */
function problemsOf(source: SpecSource, context: SpecContext = contextOf()): string[] {
  try {
    parseSpec(source, context);
    return [];
  } catch (error) {
    if (!(error instanceof PlimsollError) || error.code !== "SPEC_INVALID") throw error;
    return error.problems.map(({ place, message }) =>
      place === undefined ? message : `${place.line}:${place.column} ${message}`,
    );
  }
}

const GOOD = { target: "http://h", tasks: { a: { get: "/" } }, profiles: { p: { users: 1, for: "1s" } } };
const withTask = (task: unknown, more: object = {}) => value({ ...GOOD, tasks: { a: task }, ...more });
const withProfile = (profile: unknown, more: object = {}) => value({ ...GOOD, profiles: { p: profile }, ...more });

describe("parseSpec", () => {
  test("reads the example of the design literally", () => {
    const spec = parseSpec(yaml(DESIGN_EXAMPLE), contextOf());
    expect(spec).toMatchObject({
      name: "minilm",
      target: "http://127.0.0.1:8000",
      ready: { path: "/health", timeoutMs: 120_000, expect: { json: [{ path: "status", equals: "healthy" }] } },
      data: { sentences: { rows: ["A cat sits.", "Two dogs run.", "Three birds sing."], source: "sentences.txt" } },
      timeouts: { connectMs: 10_000, firstByteMs: 60_000, totalMs: 60_000, drainMs: 30_000 },
      maxConnections: 10_000,
      maxBodyBytes: 67_108_864,
      followRedirects: "never",
    });
    expect(spec.tasks.map(({ name, weight }) => [name, weight])).toEqual([
      ["single_embed", 8],
      ["batch_embed", 2],
      ["health", 1],
    ]);
    expect(spec.tasks[0]?.steps[0]?.body).toEqual({
      kind: "json",
      template: {
        kind: "object",
        entries: [
          [
            "texts",
            { kind: "generate", generator: { kind: "pick", from: "sentences", field: undefined, count: [1, 2] } },
          ],
        ],
      },
    });
    const think = { kind: "uniform", lowMs: 500, highMs: 2000 };
    expect(spec.profiles).toEqual([
      profile("ramp_up", 120_000, {
        kind: "closed",
        think,
        stages: [{ users: 100, spawnPerSec: 5, durationMs: 120_000 }],
      }),
      profile("sustained", 300_000, {
        kind: "closed",
        think,
        stages: [{ users: 50, spawnPerSec: 50, durationMs: 300_000 }],
      }),
      profile("spike", 60_000, {
        kind: "closed",
        think,
        stages: [{ users: 200, spawnPerSec: 200, durationMs: 60_000 }],
      }),
      profile("steady", 120_000, {
        kind: "open",
        arrivals: "poisson",
        stages: [{ fromPerSec: 40, toPerSec: 40, durationMs: 120_000 }],
      }),
    ]);
    expect(spec.thresholds.map(({ expr, task, limit }) => [expr, task, limit])).toEqual([
      ["p95 < 500ms", undefined, 500],
      ["errors < 1%", undefined, 0.01],
      ["single_embed p99 < 1s", "single_embed", 1000],
    ]);
  });

  test("the result is frozen through and through", () => {
    const spec = parseSpec(yaml(DESIGN_EXAMPLE), contextOf());
    expect(Object.isFrozen(spec.tasks[0]?.steps[0]?.expect)).toBe(true);
    expect(Object.isFrozen(spec.data["sentences"]?.rows)).toBe(true);
  });

  test("think time of a profile goes before that of the spec, and a task keeps its own", () => {
    const spec = parseSpec(
      value({
        ...GOOD,
        users: { think: "1s" },
        tasks: { a: { get: "/", think: { pacing: "2s" } } },
        profiles: { p: { users: 1, for: "1s" }, q: { users: 1, for: "1s", think: "none" } },
      }),
      contextOf(),
    );
    expect(spec.profiles.map((one) => one.kind === "closed" && one.think)).toEqual([
      { kind: "constant", ms: 1000 },
      { kind: "none" },
    ]);
    expect(spec.tasks[0]?.think).toEqual({ kind: "pacing", ms: 2000 });
  });

  test("a rate stage without from begins where the last one ended", () => {
    const stages = [
      { rate: "10/s", for: "1m" },
      { to: "50/s", for: "2m" },
      { from: "5/s", to: "1/s", for: "1s" },
    ];
    const [only] = parseSpec(withProfile({ stages, arrivals: "constant" }), contextOf()).profiles;
    expect(only).toMatchObject({
      kind: "open",
      arrivals: "constant",
      durationMs: 181_000,
      stages: [
        { fromPerSec: 10, toPerSec: 10 },
        { fromPerSec: 10, toPerSec: 50 },
        { fromPerSec: 5, toPerSec: 1 },
      ],
    });
  });

  test("steps of a flow are named task.step, and a later one may use what an earlier one captured", () => {
    const steps = [{ post: "/login", name: "login", capture: { id: "$.id" } }, { get: "/users/{{id}}" }];
    const [task] = parseSpec(withTask({ steps }), contextOf()).tasks;
    expect(task?.steps.map(({ name, path }) => [name, path])).toEqual([
      ["a.login", ["/login"]],
      ["a.2", ["/users/", { kind: "captured", name: "id" }]],
    ]);
  });

  test("headers of the spec with insertions are drawn by each request", () => {
    const spec = parseSpec(value({ ...GOOD, headers: { "X-Id": "{{uuid}}", Accept: "a/b" } }), contextOf());
    expect(spec.headers).toEqual({ accept: "a/b" });
    expect(spec.tasks[0]?.steps[0]?.headers).toEqual({ "x-id": [{ kind: "uuid" }] });
  });
});

function profile(name: string, durationMs: number, more: object): object {
  return { name, durationMs, tags: undefined, warmupMs: undefined, ...more };
}

describe("environment references", () => {
  const TEXT = `target: http://\${USER}:\${PASS}@\${HOST:-localhost}:8000
headers: { authorization: "Bearer \${KEY}" }
tasks: { a: { post: "/\${VERSION}/x?key=\${KEY}", json: { t: "\${KEY} $\${KEY}" } } }
profiles: { p: { users: "\${USERS}", for: "\${FOR:-1m}" } }
`;
  const env = { USER: "u", PASS: "p", KEY: "secret", VERSION: "v1", USERS: "7" };

  test("stay in headers, query, body and user info; are replaced elsewhere", () => {
    const spec = parseSpec(yaml(TEXT), contextOf(env));
    expect(spec.target).toBe("http://${USER}:${PASS}@localhost:8000");
    expect(spec.headers).toEqual({ authorization: "Bearer ${KEY}" });
    expect(spec.tasks[0]?.steps[0]?.path).toEqual(["/v1/x?key=${KEY}"]);
    expect(spec.tasks[0]?.steps[0]?.body).toEqual({
      kind: "json",
      template: { kind: "literal", value: { t: "${KEY} $${KEY}" } },
    });
    expect(spec.profiles[0]).toMatchObject({ durationMs: 60_000, stages: [{ users: 7 }] });
    expect(JSON.stringify(spec)).not.toContain("secret");
  });

  test("must have a value wherever they stand", () => {
    expect(problemsOf(yaml(TEXT), contextOf({ USERS: "7" }))).toEqual([
      "1:9 target: the environment variable USER is not set",
      "1:9 target: the environment variable PASS is not set",
      "2:27 headers.authorization: the environment variable KEY is not set",
      "3:21 tasks.a.post: the environment variable KEY is not set",
      "3:21 tasks.a.post: the environment variable VERSION is not set",
      "3:60 tasks.a.json.t: the environment variable KEY is not set",
    ]);
  });

  test("a target from a variable may not smuggle user info in", () => {
    const source = value({ ...GOOD, target: "${TARGET}" });
    expect(problemsOf(source, contextOf({ TARGET: "http://me:secret@h" }))).toEqual([
      "target: the variable holds user info, which would stand in reports as plain text",
    ]);
    expect(parseSpec(source, contextOf({ TARGET: "https://h/v1/" })).target).toBe("https://h/v1");
  });

  test("what is neither a name nor escaped is refused", () => {
    expect(problemsOf(withTask({ post: "/", text: "${a.b}" }))).toEqual([
      "tasks.a.text: ${a.b} is not a reference; expected ${NAME} or ${NAME:-default}",
    ]);
  });
});

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
});

describe("laws", () => {
  const isParsedOrInvalid = (source: SpecSource) => {
    problemsOf(source);
    return true;
  };

  test("parsing arbitrary text throws nothing but SPEC_INVALID", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => isParsedOrInvalid(yaml(text))));
    const bits = fc.constantFrom(
      "a: ",
      "- ",
      "{",
      "}",
      "[",
      "]",
      "&a ",
      "*a",
      "\n",
      "  ",
      "!!set ",
      "<<: ",
      '"',
      "${X}",
      "{{uuid}}",
      "tasks:",
      "|",
      "? ",
      "%YAML 1.1\n---\n",
    );
    fc.assert(fc.property(fc.array(bits, { maxLength: 40 }), (parts) => isParsedOrInvalid(yaml(parts.join("")))));
  });

  test("parsing the example with one value replaced throws nothing but SPEC_INVALID", () => {
    const keys = ["target", "tasks", "profiles", "data", "users", "ready", "headers", "thresholds", "tls", "timeouts"];
    fc.assert(
      fc.property(fc.constantFrom(...keys), fc.jsonValue(), (key, json) =>
        isParsedOrInvalid(value({ ...GOOD, [key]: json })),
      ),
    );
    fc.assert(
      fc.property(
        fc.constantFrom("get", "post", "json", "expect", "steps", "capture", "think", "query", "file"),
        fc.anything(),
        (key, json) => isParsedOrInvalid(withTask({ get: "/", [key]: json })),
      ),
    );
  });

  test("nesting without end is refused, not followed", () => {
    expect(problemsOf(yaml("[".repeat(100_000)))).toHaveLength(1);
    expect(problemsOf(yaml(`a: ${"[".repeat(500)}${"]".repeat(500)}`))).toContain("1:68 nested deeper than 64 levels");
    const cycle: Record<string, unknown> = { ...GOOD };
    cycle["headers"] = cycle;
    expect(problemsOf(value(cycle))).toHaveLength(1);
  });

  test("YAML, JSON, value and flags say the same", () => {
    const written = {
      target: "http://h:1/v1",
      tasks: {
        "POST /embed": { method: "POST", path: "/embed?x=1", headers: { accept: "a/b" }, json: { texts: ["x"] } },
      },
      profiles: { run: { users: 5, spawn: "2/s", for: "30s" } },
      thresholds: ["p95 < 500ms"],
      timeout: "5s",
    };
    const text = `target: http://h:1/v1
tasks:
  POST /embed: { method: POST, path: /embed?x=1, headers: { accept: a/b }, json: { texts: [x] } }
profiles: { run: { users: 5, spawn: 2/s, for: 30s } }
thresholds: [p95 < 500ms]
timeout: 5s
`;
    const spec = parseSpec(yaml(text), contextOf());
    expect(
      parseSpec({ kind: "json", file: "plimsoll.json", text: JSON.stringify(written, null, 2) }, contextOf()),
    ).toEqual(spec);
    expect(parseSpec(value(written), contextOf())).toEqual(spec);
    const flags = {
      url: "http://h:1/v1/embed?x=1",
      header: ["Accept: a/b"],
      body: '{"texts": ["x"]}',
      users: "5",
      spawnRate: "2",
      duration: "30s",
      timeout: "5s",
      threshold: ["p95 < 500ms"],
    };
    const byFlags = specFromFlags(flags, contextOf());
    expect({ ...byFlags, tasks: [] }).toEqual({ ...spec, target: "http://h:1", tasks: [] });
    expect(byFlags.tasks[0]?.steps[0]).toEqual({
      ...spec.tasks[0]?.steps[0],
      name: "POST /v1/embed",
      path: ["/v1/embed?x=1"],
    });
  });
});
