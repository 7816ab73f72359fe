import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PlimsollError } from "../../base/errors.ts";
import type { JsonValue } from "../../base/json.ts";
import { Random } from "../../base/random.ts";
import { compileRequest } from "../../plan/request-template.ts";
import { parseSpec } from "../../spec/parse-spec.ts";
import type { Spec } from "../../spec/spec.ts";
import { initBare } from "./init-bare.ts";
import { initFromCurl } from "./init-curl.ts";
import { initFromHar } from "./init-har.ts";
import { initFromOpenapi } from "./init-openapi.ts";
import type { InitResult } from "./written.ts";

const ENV: Readonly<Record<string, string>> = {
  API_TOKEN: "t0k",
  API_KEY: "k3y",
  COOKIE: "c",
  API_USER: "u",
  API_PASSWORD: "p",
  TOKEN: "mine",
};

function specOf({ yaml, files }: InitResult): Spec {
  const readFile = (path: string) => {
    const text = files[path] ?? (path === "body.json" ? "{}" : undefined);
    if (text === undefined) return { kind: "problem", message: "does not exist" } as const;
    return { kind: "bytes", bytes: new TextEncoder().encode(text) } as const;
  };
  return parseSpec({ kind: "yaml", file: "plimsoll.yaml", text: yaml }, { env: ENV, readFile });
}

/** The first task's request as it goes out. */
function requestOf(spec: Spec) {
  const step = spec.tasks[0]!.steps[0]!;
  const template = compileRequest(step, { ...spec, resolve: (name) => ENV[name] });
  const context = { random: new Random(1), captured: new Map(), sequence: 0, wallNowMs: () => 0 };
  return { method: step.method, ...template.render(context) };
}

describe("initBare", () => {
  test("writes a spec that parses, with its sentences", () => {
    const spec = specOf(initBare());
    expect(spec.tasks.map(({ name }) => name)).toEqual(["single_embed", "batch_embed", "health"]);
    expect(spec.data["sentences"]?.rows.length).toBeGreaterThan(8);
  });
});

describe("initFromCurl", () => {
  test.each<[string, string, object]>([
    ["curl by its name on Windows", "curl.exe http://h/x", { method: "GET", path: "/x", headers: "", body: undefined }],
    ["a bare URL", "curl localhost:8000/health", { method: "GET", path: "/health", headers: "", body: undefined }],
    [
      "data makes a POST",
      `curl -s http://h/embed -d '{"texts": ["a b"]}' -H 'Content-Type: application/json'`,
      { method: "POST", path: "/embed", headers: "content-type: application/json\r\n", body: '{"texts":["a b"]}' },
    ],
    [
      "--json sets both types",
      `curl --json '{"a":1}' http://h/x`,
      { headers: "accept: application/json\r\ncontent-type: application/json\r\n", body: '{"a":1}' },
    ],
    [
      "several data are joined as a form",
      "curl http://h/x --data a=1 --data-urlencode 'b=c d'",
      { headers: "content-type: application/x-www-form-urlencoded\r\n", body: "a=1&b=c%20d" },
    ],
    [
      "-G puts data into the query",
      "curl -G http://h/x?y=1 -d a=1",
      { method: "GET", path: "/x?y=1&a=1", body: undefined },
    ],
    ["short options may be run together", "curl -sSXPUT -H'A: b' http://h/x", { method: "PUT", headers: "a: b\r\n" }],
    [
      "as Chrome copies it",
      "curl 'http://h/x' \\\n  -H 'accept: */*' \\\n  --data-raw $'it\\'s \\u0041'",
      { headers: /accept: \*\/\*/, body: "it's A" },
    ],
    [
      "a body that looks like templates stays as it is",
      `curl http://h/x --json '{"pick":"x","t":"{{uuid}} \${A}","u":{"uuid":true}}'`,
      { body: '{"pick":"x","t":"{{uuid}} ${A}","u":{"uuid":true}}' },
    ],
    ["user info becomes references", "curl -u me:secret http://h/x", { headers: "authorization: Basic dTpw\r\n" }],
    [
      "a shell variable becomes a reference",
      'curl -H "Authorization: Bearer $TOKEN" http://h/x',
      { headers: "authorization: Bearer mine\r\n" },
    ],
  ])("%s", (_, command, expected) => {
    const { headers, ...rest } = { headers: undefined, ...expected };
    const request = requestOf(specOf(initFromCurl(command)));
    expect(request).toMatchObject(rest);
    const pattern: unknown = headers;
    if (pattern instanceof RegExp) expect(request.headers).toMatch(pattern);
    else if (pattern !== undefined) expect(request.headers).toBe(pattern);
  });

  test("secrets become references, and the notes say which to export", () => {
    const result = initFromCurl(
      "curl -H 'Authorization: Bearer sk-123456' -H 'X-Api-Key: abcdef' 'http://h/x?key=qwerty'",
    );
    expect(result.yaml).not.toMatch(/sk-123456|abcdef|qwerty/);
    expect(result.notes[0]).toBe("Secrets were left out: export API_KEY, API_TOKEN before the run.");
    expect(requestOf(specOf(result))).toMatchObject({
      path: "/x?key=k3y",
      headers: "authorization: Bearer t0k\r\nx-api-key: k3y\r\n",
    });
  });

  test("what a spec cannot say is told", () => {
    expect(initFromCurl("curl -x http://p http://h/x -m 5 -k -L").notes).toEqual([
      "Left out, as a spec cannot say it: proxy.",
      "The certificate is not verified (-k).",
    ]);
  });

  test.each([
    ["without URL", "curl -s", "names no http URL"],
    ["of another program", "wget -O - http://h/x", 'not a curl command: it begins with "wget"'],
    ["behind a variable, which may be a secret", "TOKEN=abc curl http://h/x", /^that is not a curl command$/],
    ["with a multipart form, which would become a GET without its body", "curl http://h/x -F a=@b", "multipart form"],
    ["with an upload, which would become a GET without its body", "curl -T a.png http://h/x", "uploads a file"],
  ])("a command %s is refused, with what to do", (_, command, told) => {
    expect(() => initFromCurl(command)).toThrowError(
      expect.objectContaining({
        code: "USAGE",
        message: expect.stringMatching(told),
        hint: expect.stringMatching(/./),
      }),
    );
  });
});

const OPENAPI = {
  openapi: "3.1.0",
  servers: [{ url: "/v1" }],
  paths: {
    "/embed": {
      post: { requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/Embed" } } } } },
    },
    "/users/{id}": {
      parameters: [{ name: "id", in: "path", required: true, schema: { type: "integer", minimum: 5, maximum: 9 } }],
      get: {
        parameters: [
          { name: "q", in: "query", required: true, example: "a b" },
          { name: "opt", in: "query", schema: {} },
        ],
      },
      delete: {},
    },
  },
  components: {
    schemas: {
      Embed: {
        type: "object",
        required: ["texts", "model"],
        properties: {
          texts: { type: "array", minItems: 2, items: { type: "string", example: "hello" } },
          model: { enum: ["small", "large"] },
          loop: { $ref: "#/components/schemas/Embed" },
        },
      },
    },
    securitySchemes: { bearer: { type: "http", scheme: "bearer" } },
  },
};

describe("initFromOpenapi", () => {
  test("writes one task an operation, its body from the schema, and never deletes by itself", () => {
    const result = initFromOpenapi(JSON.stringify(OPENAPI), "http://127.0.0.1:8000/openapi.json");
    const spec = specOf(result);
    expect(spec.target).toBe("http://127.0.0.1:8000/v1");
    expect(spec.tasks.map(({ name, weight }) => [name, weight])).toEqual([
      ["POST /embed", 1],
      ["GET /users/{id}", 1],
      ["DELETE /users/{id}", 0],
    ]);
    expect(requestOf(spec)).toEqual({
      method: "POST",
      path: "/v1/embed",
      headers: "authorization: Bearer t0k\r\ncontent-type: application/json\r\n",
      body: '{"texts":["hello","hello"],"model":"small"}',
    });
    expect(spec.tasks[1]?.steps[0]).toMatchObject({
      path: ["/users/", { kind: "integer", low: 5, high: 9 }],
      query: { q: ["a b"] },
    });
    expect(result.notes.join(" ")).toMatch(/export API_TOKEN.*delete/);
  });

  test("reads YAML too, and refuses what is not OpenAPI 3", () => {
    expect(
      specOf(initFromOpenapi("openapi: 3.0.0\npaths: { /x: { get: {} } }", "http://h/a/openapi.yaml")).target,
    ).toBe("http://h");
    expect(() => initFromOpenapi("swagger: '2.0'")).toThrowError(expect.objectContaining({ code: "USAGE" }));
  });
});

const call = (method: string, url: string, more: object = {}) => ({ request: { method, url, headers: [], ...more } });

describe("initFromHar", () => {
  test("takes the calls to the host called most, each weighted by how often it was made", () => {
    const entries = [
      call("GET", "https://api.test/v1/items?token=abc123"),
      call("GET", "https://api.test/v1/items?token=abc123"),
      call("POST", "https://api.test/v1/items", {
        headers: [
          { name: "Authorization", value: "Bearer xyz987" },
          { name: "User-Agent", value: "B" },
        ],
        postData: { mimeType: "application/json", text: '{"uuid": true}' },
      }),
      call("GET", "https://api.test/app.js"),
      call("GET", "https://other.test/t"),
    ];
    const result = initFromHar(JSON.stringify({ log: { entries } }));
    const spec = specOf(result);
    expect(spec.target).toBe("https://api.test");
    expect(spec.tasks.map(({ name, weight }) => [name, weight])).toEqual([
      ["GET /v1/items", 2],
      ["POST /v1/items", 1],
    ]);
    expect(result.yaml).not.toMatch(/abc123|xyz987/);
    expect(result.notes).toContain("1 calls to other hosts were left out.");
    expect(spec.tasks[1]?.steps[0]?.body).toEqual({
      kind: "json",
      template: { kind: "literal", value: { uuid: true } },
    });
  });

  test("refuses what is no recording", () => {
    expect(() => initFromHar("{}")).toThrowError(expect.objectContaining({ code: "USAGE" }));
  });
});

describe("laws", () => {
  const parses = (result: InitResult) => specOf(result).tasks.length > 0;
  const orUsage = (init: () => InitResult) => {
    try {
      return parses(init());
    } catch (error) {
      if (error instanceof PlimsollError && error.code === "USAGE") return true;
      throw error;
    }
  };
  const texts = fc.string({
    unit: fc.constantFrom("a", "/", "?", "&", "=", "{", "}", "$", '"', "#", " ", "é", "%", "\\", ":", "@"),
    maxLength: 12,
  });

  test("any curl command gives a spec that parses, and its body goes out as it was", () => {
    fc.assert(
      fc.property(texts, texts, (path, body) => {
        const quoted = (text: string) => `'${text}'`;
        const result = initFromCurl(
          `curl ${quoted(`http://h/${path}`)} --data-raw ${quoted(body)} -H ${quoted(`x-a: ${path.replaceAll("é", "")}`)}`,
        );
        expect(String(requestOf(specOf(result)).body)).toBe(body);
      }),
    );
  });

  test("any JSON body of a recording goes out as it was", () => {
    fc.assert(
      fc.property(fc.jsonValue(), texts, (json, path) => {
        const plain: JsonValue = JSON.parse(JSON.stringify({ pick: json, t: path }));
        const entries = [
          call("POST", `http://h/${encodeURIComponent(path)}`, { postData: { text: JSON.stringify(plain) } }),
        ];
        return orUsage(() => {
          const result = initFromHar(JSON.stringify({ log: { entries } }));
          expect(JSON.parse(String(requestOf(specOf(result)).body))).toEqual(plain);
          return result;
        });
      }),
    );
  });

  test("any OpenAPI schema and path give a spec that parses", () => {
    const names = fc.constantFrom(
      "type",
      "items",
      "properties",
      "enum",
      "example",
      "allOf",
      "anyOf",
      "format",
      "minimum",
      "maximum",
      "minItems",
      "$ref",
    );
    const leaf = fc.oneof(
      fc.constantFrom("string", "array", "object", "integer", "uuid", "#/components", "{{x}}", "${X}"),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
    );
    const { schema } = fc.letrec((tie) => ({
      schema: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie("schema"), { maxLength: 2 }),
        fc.dictionary(names, tie("schema"), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(schema, texts, (one, path) => {
        const post = {
          requestBody: { content: { "application/json": { schema: one } } },
          parameters: [{ in: "query", name: path, required: true, schema: one }],
        };
        const document = { openapi: "3.0.0", paths: { [`/${path}`]: { post }, "/ok": { get: {} } }, components: one };
        return orUsage(() => initFromOpenapi(JSON.stringify(document)));
      }),
      { numRuns: 200 },
    );
  });
});
