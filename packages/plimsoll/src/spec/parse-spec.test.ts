import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { specFromFlags } from "./flags.ts";
import { parseSpec } from "./parse-spec.ts";
import type { SpecSource } from "./source.ts";
import {
  contextOf,
  DESIGN_EXAMPLE,
  GOOD,
  problemsOf,
  value,
  withProfile,
  withTask,
  yaml,
} from "./spec-context.fixture.ts";

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
tasks: { a: { post: "/\${VERSION}/x?key=\${KEY}", query: { q: "\${KEY}" }, json: { t: "\${KEY} $\${KEY}" } } }
profiles: { p: { users: "\${USERS}", for: "\${FOR:-1m}" } }
`;
  const env = { USER: "u", PASS: "p", KEY: "secret", VERSION: "v1", USERS: "7" };

  test("stay in headers, query, body and user info; are replaced elsewhere", () => {
    const spec = parseSpec(yaml(TEXT), contextOf(env));
    expect(spec.target).toBe("http://${USER}:${PASS}@localhost:8000");
    expect(spec.headers).toEqual({ authorization: "Bearer ${KEY}" });
    expect(spec.tasks[0]?.steps[0]?.path).toEqual(["/v1/x?key=${KEY}"]);
    expect(spec.tasks[0]?.steps[0]?.query).toEqual({ q: ["${KEY}"] });
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
      "3:61 tasks.a.query.q: the environment variable KEY is not set",
      "3:84 tasks.a.json.t: the environment variable KEY is not set",
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
