import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonValue } from "../base/json.ts";
import { Random } from "../base/random.ts";
import { isoOfEpochMs } from "../base/wall-time.ts";
import { parseSpec } from "../spec/parse-spec.ts";
import { contextOf } from "../spec/spec-context.fixture.ts";
import { compileRequest, type RenderContext, type RenderedRequest } from "./request-template.ts";

const ENV: Readonly<Record<string, string>> = { KEY: "s3cret&=/", TOKEN: "tok\r\nx: y", USER: "me", PASS: "pw" };
const DATA = {
  words: ["one", 'two "2"', "dréi ☃"],
  users: [
    { id: 1, mail: "a@b" },
    { id: 2, mail: "c d@e" },
  ],
};

interface Drawn {
  readonly seed?: number;
  readonly sequence?: number;
  readonly captured?: ReadonlyMap<string, JsonValue>;
}

function contextFor({ seed = 1, sequence = 0, captured = new Map() }: Drawn): RenderContext {
  return { random: new Random(seed, 4, sequence), sequence, captured, wallNowMs: () => 1_785_488_700_250.9 };
}

function compile(task: unknown, more: object = {}) {
  const spec = parseSpec(
    {
      kind: "value",
      file: "t",
      value: {
        target: "http://h/base",
        data: DATA,
        tasks: { t: task },
        profiles: { p: { users: 1, for: "1s" } },
        ...more,
      },
    },
    contextOf(ENV),
  );
  const steps = spec.tasks[0]!.steps;
  return compileRequest(steps.at(-1)!, { ...spec, resolve: (name) => ENV[name] });
}

const render = (task: unknown, drawn: Drawn = {}, more: object = {}): RenderedRequest =>
  compile(task, more).render(contextFor(drawn));

const bodyText = (task: unknown, drawn: Drawn = {}) => String(render(task, drawn).body);

describe("compileRequest", () => {
  test("a request in which nothing is drawn is the same object each time", () => {
    const template = compile({ post: "/x?a=b c", json: { a: [1, "${KEY}"] }, headers: { "X-A": 1 } });
    const first = template.render(contextFor({}));
    expect(template.isStatic).toBe(true);
    expect(template.render(contextFor({ seed: 2 }))).toBe(first);
    expect(first).toEqual({
      path: "/base/x?a=b%20c",
      headers: "x-a: 1\r\ncontent-type: application/json\r\n",
      body: '{"a":[1,"s3cret&=/"]}',
    });
  });

  test("references in a query are encoded, so that they cannot add parameters", () => {
    expect(render({ get: "/x?key=${KEY}", query: { "q r": "${KEY}", n: 5 } }).path).toBe(
      "/base/x?key=s3cret%26%3D%2F&q%20r=s3cret%26%3D%2F&n=5",
    );
    expect(render({ get: "/x", query: { a: "b" } }).path).toBe("/base/x?a=b");
  });

  test("drawn values in a path are one segment", () => {
    expect(render(after({ get: "/u/{{id}}" }), { captured: new Map([["id", "a/../b?c#d"]]) }).path).toBe(
      "/base/u/a%2F..%2Fb%3Fc%23d",
    );
  });

  test("no value can end a header", () => {
    const { headers } = render(after({ get: "/", headers: { a: "Bearer ${TOKEN}", b: "{{id}}" } }), {
      captured: new Map([["id", "p\r\nq: r\u010a"]]),
    });
    expect(headers).toBe("a: Bearer tokx: y\r\nb: pq: r%C4%8A\r\n");
  });

  test("the step's headers go before the spec's, and both before what is filled in", () => {
    const more = {
      headers: { accept: "a/b", "x-a": "spec", "content-type": "text/x" },
      target: "http://${USER}:${PASS}@h",
    };
    expect(render({ post: "/", json: 1, headers: { "X-A": "step" } }, {}, more).headers).toBe(
      "accept: a/b\r\nx-a: step\r\ncontent-type: text/x\r\nauthorization: Basic bWU6cHc=\r\n",
    );
  });

  test.each<[string, object, RenderedRequest["body"], string]>([
    ["text", { text: "a ${KEY}" }, "a s3cret&=/", "text/plain; charset=utf-8"],
    [
      "form",
      { form: { "a b": "c d&e", k: "${KEY}" } },
      "a+b=c+d%26e&k=s3cret%26%3D%2F",
      "application/x-www-form-urlencoded",
    ],
    ["file", { file: "payload.bin" }, new Uint8Array([1, 2, 3]), "application/octet-stream"],
  ])("a %s body has its content type", (_, body, expected, type) => {
    expect(render({ post: "/", ...body })).toEqual({
      path: "/base/",
      headers: `content-type: ${type}\r\n`,
      body: expected,
    });
  });

  test("rows keep their JSON type, and are escaped within texts", () => {
    const json = {
      one: { pick: "words" },
      id: { pick: "users", field: "id" },
      row: { pick: "users" },
      text: "<{{pick words}}>",
    };
    for (let seed = 0; seed < 20; seed++) {
      const body = JSON.parse(bodyText({ post: "/", json }, { seed }));
      expect(DATA.words).toContain(body.one);
      expect([1, 2]).toContain(body.id);
      expect(DATA.users).toContainEqual(body.row);
      expect(DATA.words.map((word) => `<${word}>`)).toContain(body.text);
    }
  });

  test("a count draws that many rows, independently", () => {
    const lengths = new Set<number>();
    for (let seed = 0; seed < 60; seed++) {
      const rows: string[] = JSON.parse(bodyText({ post: "/", json: { pick: "words", count: [0, 5] } }, { seed }));
      lengths.add(rows.length);
      for (const row of rows) expect(DATA.words).toContain(row);
    }
    expect([...lengths].sort()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test("counter, timestamp and captured values", () => {
    const json = {
      n: { counter: 10 },
      iso: { timestamp: "iso" },
      s: { timestamp: "unix" },
      ms: { timestamp: "unixMs" },
      c: { captured: "id" },
    };
    const task = after({ post: "/", json });
    expect(bodyText(task, { sequence: 7, captured: new Map<string, JsonValue>([["id", 42]]) })).toBe(
      '{"n":17,"iso":"2026-07-31T09:05:00.250Z","s":1785488700,"ms":1785488700250,"c":42}',
    );
  });

  test("a repeated text is cut to the drawn length", () => {
    const lengths = Array.from(
      { length: 50 },
      (_, seed) => JSON.parse(bodyText({ post: "/", json: { repeat: 'a"', length: [3, 9] } }, { seed })).length,
    );
    expect([Math.min(...lengths), Math.max(...lengths)]).toEqual([3, 9]);
    expect(bodyText({ post: "/", json: { repeat: 'a"', length: 3 } })).toBe('"a\\"a"');
  });

  test("a uuid is of version 4", () => {
    expect(bodyText({ post: "/", json: { uuid: true } })).toMatch(
      /^"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"$/,
    );
  });
});

/** The request as the second step of a flow whose first captures `id`. */
function after(request: object): object {
  return { steps: [{ get: "/", capture: { id: "$.id" } }, request] };
}

describe("isoTime", () => {
  test("agrees with Date on any instant to the year 9999", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 253_402_300_799_999 }), (wallMs) => {
        // biome-ignore lint/style/noRestrictedGlobals: the oracle; the code under test has no Date.
        expect(isoOfEpochMs(wallMs)).toBe(new Date(wallMs).toISOString());
      }),
    );
  });
});

describe("laws", () => {
  const task = {
    post: "/{{uuid}}?n={{integer 1 100}}",
    headers: { "x-id": "{{counter}}" },
    json: { texts: { pick: "words", count: [1, 9] }, x: { number: [0, 1] }, id: "{{uuid}}" },
  };

  test("same seed and coordinates give the same bytes; others differ", () => {
    const template = compile(task);
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: 1e6 }), (seed, sequence) => {
        const first = template.render(contextFor({ seed, sequence }));
        expect(compile(task).render(contextFor({ seed, sequence }))).toEqual(first);
        expect(template.render(contextFor({ seed, sequence: sequence + 1 })).path).not.toBe(first.path);
      }),
      { numRuns: 30 },
    );
  });

  test("whatever is captured, the body is JSON that holds it and the headers are whole lines", () => {
    const template = compile({
      steps: [
        { get: "/", capture: { id: "$.id" } },
        { post: "/{{id}}", headers: { h: "{{id}}" }, json: { a: "x{{id}}" } },
      ],
    });
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (id) => {
        const { path, headers, body } = template.render(contextFor({ captured: new Map([["id", id]]) }));
        expect(JSON.parse(String(body))).toEqual({ a: `x${id}` });
        expect(path).toMatch(/^\/base\/[!-~]*$/);
        expect(headers).toMatch(/^h: [\t -~]*\r\ncontent-type: application\/json\r\n$/);
      }),
    );
  });
});
