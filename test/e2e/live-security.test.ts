import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeLine } from "../../packages/plimsoll/src/records/line-codec.ts";
import { SAMPLE_RECORDS } from "../../packages/plimsoll/src/records/sample-journal.ts";
import { type Answered, type Asked, ask, type Page, signIn, startPage } from "../support/live-page.ts";
import { pageRoutes } from "../support/page-routes.ts";
import { sendRaw } from "../support/raw-client.ts";
import { runCli } from "../support/run-cli.ts";

const ID = "2026-11-23-0a1b2c3d";

let root = "";
let results = "";
let page: Page;
let cookie = "";

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "plimsoll-page-"));
  results = join(root, "results");
  mkdirSync(join(results, "run"), { recursive: true });
  const lines = SAMPLE_RECORDS.map((record, n) => encodeLine(record.k === "hdr" ? { ...record, run: ID } : record, n));
  writeFileSync(join(results, "run", "run.plj"), lines.join(""));
  writeFileSync(join(results, "run", "summary.json"), "{}");
  writeFileSync(join(results, "run", "report.html"), "<script>top.location = 'http://evil.example'</script>");
  writeFileSync(join(results, "run", "notes.txt"), "not a result");
  writeFileSync(join(root, "secret.json"), '{"key":"s3cret"}');
  symlinkSync(join(root, "secret.json"), join(results, "run", "x_stats.csv"));
  const spec = "target: http://127.0.0.1:1\ntasks: { a: { get: / } }\nprofiles: { p: { users: 1, for: 1s } }\n";
  mkdirSync(join(root, "elsewhere"));
  writeFileSync(join(root, "elsewhere", "other.yaml"), spec);
  symlinkSync(join(root, "elsewhere", "other.yaml"), join(root, "linked.yaml"));
  const program = `export default { target: "http://127.0.0.1:1", tasks: { a: { get: "/" } }, profiles: { p: { users: 1, for: "1s" } } };`;
  writeFileSync(join(root, "real.ts"), program);
  writeFileSync(join(root, "listed.yaml"), spec);
  page = await startPage(["--dir", results]);
  cookie = await signIn(page);
});

afterAll(async () => {
  await page.stop();
  rmSync(root, { recursive: true, force: true });
});

interface Route {
  readonly method: string;
  readonly path: string;
  /** Answered without a session. */
  readonly isPublic?: boolean;
  readonly body?: object;
}

const READS: readonly Route[] = [
  { method: "GET", path: "/", isPublic: true },
  { method: "GET", path: "/live.js", isPublic: true },
  { method: "GET", path: "/live.css", isPublic: true },
  { method: "GET", path: "/metrics", isPublic: true },
  { method: "GET", path: "/api/runs" },
  { method: "GET", path: "/api/runs/events" },
  { method: "GET", path: "/api/specs" },
  { method: "GET", path: `/api/compare?base=${ID}&new=${ID}` },
  { method: "GET", path: `/api/runs/${ID}` },
  { method: "GET", path: `/api/runs/${ID}/events` },
  { method: "GET", path: `/api/runs/${ID}/files/summary.json` },
];

const WRITES: readonly Route[] = [
  { method: "POST", path: "/api/session", isPublic: true, body: { token: "wrong" } },
  { method: "POST", path: "/api/runs", body: { spec: "x.yaml", profile: "p" } },
  { method: "POST", path: `/api/runs/${ID}/steer`, body: { users: 5 } },
  { method: "POST", path: `/api/runs/${ID}/stop`, body: {} },
  { method: "DELETE", path: `/api/runs/${ID}`, body: { confirm: ID } },
  { method: "DELETE", path: "/api/starts/none", body: {} },
];

const ROUTES = [...READS, ...WRITES];
const UNKNOWN: readonly Route[] = [
  { method: "GET", path: "/api" },
  { method: "GET", path: "/index.html" },
  { method: "GET", path: `/api/compare?base=${ID}&new=..%2f..%2fsecret` },
  { method: "GET", path: "/api/compare" },
  { method: "POST", path: "/api/runs/x/y", body: {} },
  { method: "DELETE", path: "/api/runs", body: {} },
];

test("every route of the server is one of these, and these are all", () => {
  const written = ({ method, path }: Route) => `${method} ${path.split("?")[0]}`;
  const served = pageRoutes().map((route) =>
    route.replace(":id", ID).replace(":name", "summary.json").replace(":folder", "none"),
  );
  expect(served.sort()).toEqual(ROUTES.map(written).sort());
});

/** A request that would be answered, with some of its headers changed or left out (`undefined`). */
function send(
  route: Route,
  changed: Readonly<Record<string, string | readonly string[] | undefined>> = {},
): Promise<Answered> {
  const isWrite = route.method !== "GET";
  const headers = Object.fromEntries(
    Object.entries({
      cookie,
      ...(isWrite ? { origin: page.origin, "content-type": "application/json" } : {}),
      ...changed,
    }).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const isHeadOnly = route.path.endsWith("/events");
  const asked: Asked = { method: route.method, path: route.path, headers, isHeadOnly };
  return ask(page, isWrite ? { ...asked, body: JSON.stringify(route.body ?? {}) } : asked);
}

const FAULTS: readonly (readonly [string, number, Readonly<Record<string, string | readonly string[] | undefined>>])[] =
  [
    ["another Host", 421, { host: "evil.example" }],
    ["a Host that resolves here", 421, { host: "rebound.example:8089" }],
    ["a Host without the port", 421, { host: "127.0.0.1" }],
    ["another Origin", 403, { origin: "http://evil.example" }],
    ["an Origin that begins like ours", 403, { origin: "http://127.0.0.1.evil.example" }],
    ["an opaque Origin", 403, { origin: "null" }],
    ["another site", 403, { "sec-fetch-site": "cross-site" }],
    ["a sibling site", 403, { "sec-fetch-site": "same-site" }],
  ];

describe.each(ROUTES)("$method $path", (route) => {
  test.each(FAULTS)("is refused to %s", async (_name, status, changed) => {
    expect((await send(route, changed)).status).toBe(status);
  });

  test.each(["PUT", "PATCH", "OPTIONS", "TRACE", "HEAD"])("is not there by %s", async (method) => {
    for (const changed of [{}, { cookie: "" }, { host: "evil.example" }, { origin: "http://evil.example" }]) {
      const headers = { cookie, origin: page.origin, ...changed };
      const answer = await ask(page, { method, path: route.path, headers });
      expect([answer.status, answer.headers.allow]).toEqual([405, undefined]);
      expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
    }
  });

  test("is no way through to elsewhere", async () => {
    const host = `Host: ${page.host}`;
    const head = [`CONNECT ${route.path} HTTP/1.1`, host, `Cookie: ${cookie}`, `Origin: ${page.origin}`, "", ""];
    expect(await sendRaw(page, head.join("\r\n"))).toBe("");
  });

  const path = route.path.split("?")[0]!;
  const isServed = (method: string) => ROUTES.some((one) => one.method === method && one.path.split("?")[0] === path);
  test.each(["GET", "POST", "DELETE"].filter((method) => !isServed(method)))(
    "is not there by %s either",
    async (method) => {
      // `/api/runs/events` by another method reads as a run of that name.
      const other: Route = { method, path, body: { confirm: "events" } };
      expect((await send(other)).status).toBe(404);
      expect((await send(other, { host: "evil.example" })).status).toBe(421);
      expect((await send(other, { origin: "http://evil.example" })).status).toBe(403);
      expect((await send(other, { cookie: undefined })).status).toBe(path === "/metrics" ? 404 : 401);
    },
  );
});

test.each(ROUTES.filter(({ isPublic }) => isPublic !== true))("$method $path needs a session", async (route) => {
  const name = cookie.split("=")[0]!;
  for (const wrong of [undefined, "", `${name}=`, `${name}=x`, `x${cookie}`, `${name}=${page.token}`])
    expect((await send(route, { cookie: wrong })).status).toBe(401);
  expect((await send(route, { cookie: undefined, authorization: `Bearer ${page.token}` })).status).toBe(401);
});

describe.each(WRITES)("the write $method $path", (route) => {
  test("needs the Origin", async () => {
    expect((await send(route, { origin: undefined })).status).toBe(403);
  });

  test.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonx", undefined])(
    "takes no body of type %s",
    async (type) => {
      expect((await send(route, { "content-type": type })).status).toBe(415);
    },
  );

  test("takes no long body, announced or not", async () => {
    const long = { ...route, body: { text: "x".repeat(100_000) } };
    expect((await send(long, { "content-length": "100011" })).status).toBe(413);
    expect((await send(long, { "transfer-encoding": "chunked" })).status).toBe(413);
  });

  test("takes nothing but the JSON that it wants", async () => {
    const headers = { cookie, origin: page.origin, "content-type": "application/json" };
    const status = async (body: string) =>
      (await ask(page, { method: route.method, path: route.path, headers, body })).status;
    expect(await status("{")).toBe(400);
    for (const odd of ["[]", "null", "7", '{"__proto__":{"users":1}}', '{"users":1,"more":1}', "[".repeat(8_000)])
      expect(await status(odd)).toBeOneOf([400, 422]);
  });

  test("takes nothing that is nested deep, though it is short and well formed", async () => {
    const headers = { cookie, origin: page.origin, "content-type": "application/json" };
    const deep = `${"[".repeat(8_000)}${"]".repeat(8_000)}`;
    for (const key of ["users", "token", "confirm", "spec", "more"]) {
      const body = `{"${key}":${deep}}`;
      const answer = await ask(page, { method: route.method, path: route.path, headers, body });
      expect([key, answer.status, answer.text.length < 2_500]).toEqual([key, 422, true]);
    }
  });
});

describe("what is not there", () => {
  test.each(UNKNOWN)("$method $path is unknown to who is signed in, and 401 to all others", async (route) => {
    expect((await send(route)).status).toBe(404);
    expect((await send(route, { cookie: undefined })).status).toBe(401);
  });

  test.each([
    "notes.txt",
    "run.lock",
    "secret.json",
    "..%2f..%2f..%2fsecret.json",
    "%2e%2e/%2e%2e/secret.json",
    "../../../secret.json",
    "..%5csummary.json",
    "summary.json%00.csv",
    "%2fetc%2fpasswd",
    "x_stats.csv",
    ".summary.json.part",
    "a%2fb_stats.csv",
  ])("no file %s, whatever way it is written", async (name) => {
    const answer = await send({ method: "GET", path: `/api/runs/${ID}/files/${name}` });
    expect([400, 404]).toContain(answer.status);
    expect(answer.text).not.toContain("s3cret");
  });

  test.each(["..", "%2e%2e", "run", "..%2frun", `${ID}%00`, ID.toUpperCase(), `${ID}%2f..`, "x".repeat(60)])(
    "no run %s",
    async (id) => {
      expect((await send({ method: "GET", path: `/api/runs/${id}/files/summary.json` })).status).toBe(404);
      expect((await send({ method: "DELETE", path: `/api/runs/${id}`, body: { confirm: id } })).status).toBe(404);
    },
  );

  test("no spec that is a program or a link is offered", async () => {
    const { specs } = JSON.parse((await send({ method: "GET", path: "/api/specs" })).text);
    expect(specs.map(({ file }: { file: string }) => file)).toEqual(["listed.yaml"]);
  });

  test.each([
    "/etc/passwd",
    "../secret.json",
    "secret.json",
    "results/run/summary.json",
    "-x.yaml",
    "real.ts",
    "linked.yaml",
    "elsewhere/other.yaml",
  ])("no spec %s to start", async (spec) => {
    const answer = await send({ method: "POST", path: "/api/runs", body: { spec, profile: "p" } });
    expect([answer.status, JSON.parse(answer.text).error.code]).toEqual([422, "SPEC_UNREADABLE"]);
  });

  test.each(["http://127.0.0.1/api/runs", "//evil.example/", "*"])("nothing at the target %s", async (path) => {
    expect((await send({ method: "GET", path })).status).toBe(400);
  });
});

describe("numbers", () => {
  test.each([
    { users: -1 },
    { users: 1.5 },
    { users: 1e9 },
    { users: "5" },
    { ratePerSec: 1e9 },
    { users: 1, ratePerSec: 1 },
  ])("%o is not steered to", async (body) => {
    expect((await send({ method: "POST", path: `/api/runs/${ID}/steer`, body })).status).toBe(422);
  });

  test.each([
    { users: 0 },
    { users: 1e6 },
    { ratePerSec: 0 },
    { durationMs: 1e12 },
    { iAmAuthorised: true },
    { target: "http://x" },
  ])("nothing is started with %o", async (more) => {
    const body = { spec: "x.yaml", profile: "p", ...more };
    expect((await send({ method: "POST", path: "/api/runs", body })).status).toBe(422);
  });
});

function expectKeptToUs({ headers }: Answered): void {
  expect(headers).toMatchObject({
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
  });
  expect(headers["content-security-policy"]).toMatch(/^default-src 'none'/);
  expect(Object.keys(headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
}

describe("every answer", () => {
  test.each([
    ...READS,
    // The run is still wanted.
    ...WRITES.filter(({ method }) => method !== "DELETE"),
    { method: "DELETE", path: `/api/runs/${ID}`, body: { confirm: "no" } },
    ...UNKNOWN,
    { method: "GET", path: `/api/runs/${ID}/files/report.html` },
  ])("$method $path is kept, framed, sniffed and read by nobody else", async (route) => {
    for (const changed of [{}, { host: "evil.example" }, { origin: "http://evil.example" }, { cookie: "" }])
      expectKeptToUs(await send(route, changed));
  });

  test("the shell holds no data and runs only what this server sends", async () => {
    const { text, headers } = await send(READS[0]!, { cookie: undefined });
    expect(text).not.toContain(ID);
    expect(headers["content-security-policy"]).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: blob:; " +
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    );
  });

  test("a report runs in an origin of its own, and every other file is only saved", async () => {
    const report = await send({ method: "GET", path: `/api/runs/${ID}/files/report.html` });
    expect(report.headers["content-security-policy"]).toMatch(/; sandbox allow-scripts allow-downloads$/);
    expect(report.headers["content-disposition"]).toBe("inline");
    for (const name of ["summary.json", "run.plj", "report.html?download"]) {
      const { headers } = await send({ method: "GET", path: `/api/runs/${ID}/files/${name}` });
      expect(headers["content-disposition"]).toBe(`attachment; filename="${name.replace("?download", "")}"`);
      expect(headers["content-security-policy"]).toBe("default-src 'none'; sandbox");
    }
  });
});

describe("the session", () => {
  test("its cookie is for this server's scripts alone, and no part of the token", async () => {
    const answer = await send({ method: "POST", path: "/api/session", body: { token: page.token } });
    expect(answer.status).toBe(204);
    expectKeptToUs(answer);
    expect(answer.headers["set-cookie"]?.[0]).toMatch(
      new RegExp(`^plimsoll-${page.port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`),
    );
    expect(answer.headers["set-cookie"]?.[0]).not.toContain(page.token);
  });

  test("a wrong token gets none", async () => {
    for (const token of ["", "x", page.token.slice(0, -1), `${page.token}x`]) {
      const answer = await send({ method: "POST", path: "/api/session", body: { token } });
      expect([answer.status, answer.headers["set-cookie"]]).toEqual([403, undefined]);
    }
  });

  test("token and session are new at each start", async () => {
    const other = await startPage(["--dir", results]);
    const value = (text: string) => text.split("=")[1];
    expect([other.token === page.token, value(await signIn(other)) === value(cookie)]).toEqual([false, false]);
    expect(await other.stop()).toBe(0);
  });
});

test("deleting wants the id once more, takes the run's own files and leaves all others", async () => {
  const folder = join(results, "run");
  const remove = (confirm: string) => send({ method: "DELETE", path: `/api/runs/${ID}`, body: { confirm } });
  expect((await remove("yes")).status).toBe(422);
  expect(existsSync(join(folder, "run.plj"))).toBe(true);
  const removed = await remove(ID);
  expect(removed.status).toBe(204);
  expectKeptToUs(removed);
  expect(readdirSync(folder)).toEqual(["notes.txt"]);
  expect(readFileSync(join(root, "secret.json"), "utf8")).toContain("s3cret");
  expect((await remove(ID)).status).toBe(404);
});

test("a taken port is told with what to do", async () => {
  const { code, stderr } = await runCli(["ui", "--port", String(page.port), "--dir", results]);
  expect([code, stderr]).toEqual([2, expect.stringContaining("[PORT_IN_USE]")]);
  expect(stderr).toContain("Another plimsoll ui may be open there");
});
