/** A known secret is sent for real and then looked for in every byte that Plimsoll leaves behind (law 8). */
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { filesUnder } from "../support/files-under.ts";
import { type KnownServer, startKnownServer } from "../support/known-server.ts";
import { type CliResult, runCli } from "../support/run-cli.ts";
import { summaryIn } from "../support/summary.ts";
import { tempDir } from "../support/temp-dir.ts";
import { writeSpec } from "../support/write-spec.ts";

/** What every text form of the secret has in common, URL-encoded, JSON-escaped or HTML-escaped. */
const CORE = "Kq7vB2xWm9TzR4hJ8c";
const CANARY = `p&"${CORE}/+?=`;
const USER = "zulu-Fw3pLd6sYk1g";
/** Written out in a spec or on the command line instead of referred to. */
const LITERAL = "Nt5gXc8bQe2uVa7i";

/** Six characters of any of them give it away, a cut message included. */
const TELLTALES = [CORE, USER, LITERAL].flatMap((text) => [text.slice(0, 6), text.slice(-6), ...base64Inner(text)]);

/** Eight letters from within the base64 of a text that holds `text` at any offset. */
function base64Inner(text: string): string[] {
  return ["", "x", "xy"].map((before) => {
    const core = Buffer.from(before + text).toString("base64");
    return core.slice(4, 12);
  });
}

let server: KnownServer;
/** All that the server was told, whole: proof that the secret was really sent. */
let heard: string[] = [];

beforeAll(async () => {
  server = await startKnownServer((request, response, body) => {
    const told = [request.method, request.url, JSON.stringify(request.rawHeaders), body].join("\n");
    heard.push(told);
    echo(request, response, told);
  });
});

afterAll(() => server.close());

/** A target that answers with all it was told, in each place an answer has. */
function echo(request: IncomingMessage, response: ServerResponse, told: string): void {
  const forms = {
    plain: CANARY,
    base64: Buffer.from(CANARY).toString("base64"),
    basic: Buffer.from(`${USER}:${CANARY}`).toString("base64"),
    encoded: encodeURIComponent(CANARY),
    all: told,
    // Long before the secret, so that a message cut to its limit would be cut within it.
    late: `${"-".repeat(60)}${CANARY}`,
    later: `${"-".repeat(70)}${CANARY}`,
    latest: `${"-".repeat(180)}${CANARY}`,
  };
  const inHeader = encodeURI(told.replaceAll("\n", " ")).slice(0, 8000);
  switch (request.url?.split("?")[0]) {
    case "/redirect":
      response.writeHead(302, { location: `http://${USER}:${CANARY}@elsewhere/`, "x-echo": inHeader }).end(told);
      break;
    case "/json":
      response.writeHead(200, { "content-type": "application/json", "x-echo": inHeader, "x-plain": CANARY });
      response.end(JSON.stringify({ [CANARY]: CANARY, ...forms }));
      break;
    case "/garbage":
      request.socket.end(`HTTP/9.9 ${CANARY} ${told}\r\n${CANARY}\r\n\r\n`);
      break;
    case "/reason":
      request.socket.end(`HTTP/1.1 500 ${CANARY}\r\n${CANARY}: ${CANARY}\r\ncontent-length: ${CANARY}\r\n\r\n`);
      break;
    default:
      response.writeHead(500, { "x-echo": inHeader }).end(told);
  }
}

const EXPECTS = {
  plain: { json: { "$.plain": "other" } },
  base64: { json: { "$.base64": "other" } },
  basic: { json: { "$.basic": "other" } },
  encoded: { json: { "$.encoded": "other" } },
  all: { json: { "$.all": "other" } },
  late: { json: { "$.late": "other" } },
  later: { json: { "$.later": "other" } },
  latest: { json: { "$.latest": "other" } },
  shape: { shape: { "$.plain": "integer" } },
  header: { headers: { "x-plain": "other" } },
  header_all: { headers: { "x-echo": "other" } },
  location: { status: 302, headers: { location: "other" } },
};

function canarySpec(profile: object): object {
  const secretBody = { token: "${CANARY_TOKEN}", nested: [{ deep: "prefix ${CANARY_TOKEN} suffix" }] };
  const judged = Object.entries(EXPECTS).map(([name, wanted]) => [
    name,
    { post: name === "location" ? "/redirect" : "/json", json: secretBody, expect: wanted },
  ]);
  return {
    target: server.url.replace("http://", "http://${CANARY_USER}:${CANARY_TOKEN}@"),
    headers: { "x-api-key": "${CANARY_TOKEN}", authorization: `Bearer ${LITERAL}`, "x-trace": "a ${CANARY_TOKEN} b" },
    tasks: {
      fail: { post: "/fail", query: { key: "${CANARY_TOKEN}" }, json: secretBody },
      form: { post: "/fail?q=${CANARY_TOKEN}", form: { token: "${CANARY_TOKEN}" } },
      text: { post: "/fail", text: "token=${CANARY_TOKEN}", headers: { cookie: `session=${LITERAL}` } },
      redirect: { get: "/redirect?key=${CANARY_TOKEN}", expect: { status: 200 } },
      garbage: { get: "/garbage" },
      reason: { get: "/reason" },
      ...Object.fromEntries(judged),
    },
    profiles: { steady: profile },
    thresholds: ["errors < 1%"],
  };
}

const ENV = { CANARY_TOKEN: CANARY, CANARY_USER: USER };

function expectNothingTold(run: CliResult, out: string): void {
  const places = new Map([...filesUnder(out), ["standard output", run.stdout], ["standard error", run.stderr]]);
  expect([...places.keys()]).toEqual(expect.arrayContaining(["run.plj", "report.html", "summary.json", "junit.xml"]));
  for (const [place, text] of places)
    for (const telltale of TELLTALES) expect(around(text, telltale), `${place} holds ${telltale}`).toBe("");
}

/** What stands around a find, so that a failure shows where the leak is. */
function around(text: string, telltale: string): string {
  const at = text.indexOf(telltale);
  return at < 0 ? "" : text.slice(Math.max(0, at - 120), at + 60);
}

function expectHeard(): void {
  const all = heard.join("\n");
  expect(all).toContain(`"x-api-key",${JSON.stringify(CANARY)}`);
  expect(all).toContain(`"x-trace",${JSON.stringify(`a ${CANARY} b`)}`);
  expect(all).toContain(JSON.stringify({ token: CANARY, nested: [{ deep: `prefix ${CANARY} suffix` }] }));
  expect(all).toContain(`key=${encodeURIComponent(CANARY)}`);
  expect(all).toContain(`Bearer ${LITERAL}`);
  expect(all).toContain(`session=${LITERAL}`);
}

describe("a secret reaches the target and nothing else", () => {
  test.each([
    ["", []],
    ["with --json", ["--json"]],
  ])("by reference or written out, in headers, query, body and user info %s", async (_name, flags) => {
    const dir = tempDir();
    heard = [];
    const spec = writeSpec(dir, canarySpec({ rate: "100/s", for: "3s" }));
    const run = await runCli(["run", spec, "--out", join(dir, "out"), ...flags], { env: ENV });
    expect(run.code, run.stderr).toBe(1);
    const [profile] = summaryIn(join(dir, "out")).profiles;
    expect(profile.arrivals.failed).toBeGreaterThan(200);
    // Every way to fail was taken: the messages in which an echo could hide are all there.
    const failed = profile.tasks.filter((task: { failures: number }) => task.failures > 0);
    expect(failed).toHaveLength(profile.tasks.length);
    expectHeard();
    expectNothingTold(run, join(dir, "out"));
    expect(run.stdout + run.stderr).toContain("***");
  });

  test("as Basic credentials when only the URL holds them", async () => {
    const dir = tempDir();
    heard = [];
    const target = server.url.replace("http://", "http://${CANARY_USER}:${CANARY_TOKEN}@");
    const spec = writeSpec(dir, { target, tasks: { a: { get: "/json" } }, profiles: { p: { users: 1, for: "1s" } } });
    const run = await runCli(["run", spec, "--out", join(dir, "out")], { env: ENV });
    expect(heard.join()).toContain(Buffer.from(`${USER}:${CANARY}`).toString("base64"));
    expectNothingTold(run, join(dir, "out"));
  });

  test("also when the run is interrupted", async () => {
    const dir = tempDir();
    const spec = writeSpec(dir, canarySpec({ users: 2, for: "60s", think: "20ms" }));
    let isSent = false;
    const run = await runCli(["run", spec, "--out", join(dir, "out")], {
      env: ENV,
      onStderr: (text, child) => {
        if (isSent || !text.includes("steady 5 s")) return;
        isSent = true;
        child.kill("SIGINT");
      },
    });
    expect(run.code).toBe(130);
    expectNothingTold(run, join(dir, "out"));
  });

  test("also in what is said of a target that never becomes ready", async () => {
    const dir = tempDir();
    heard = [];
    const ready = { get: "/fail?key=${CANARY_TOKEN}", timeout: "1s", interval: "200ms" };
    const spec = writeSpec(dir, { ...canarySpec({ users: 1, for: "1s" }), ready });
    const run = await runCli(["run", spec, "--out", join(dir, "out")], { env: ENV });
    expect(run.code).toBe(4);
    expect(heard[0]).toContain(`key=${encodeURIComponent(CANARY)}`);
    expect(run.stderr).toContain("500");
    for (const telltale of TELLTALES) expect(around(run.stdout + run.stderr, telltale), telltale).toBe("");
  });

  test("an unset variable is named, before anything is sent", async () => {
    const dir = tempDir();
    heard = [];
    const spec = writeSpec(dir, canarySpec({ users: 1, for: "1s" }));
    const run = await runCli(["run", spec, "--out", join(dir, "out")], { env: { CANARY_USER: USER } });
    expect(run.code).toBe(2);
    expect(run.stderr).toContain("CANARY_TOKEN");
    expect(heard).toEqual([]);
  });
});

describe("the command to run it again", () => {
  const commandIn = (dir: string) => {
    const plan = [...filesUnder(dir)].find(([name]) => name === "run.plj")?.[1].split("\n")[1] ?? "";
    return JSON.parse(plan.slice(9)).command;
  };

  test("shows references as references and literal credentials as ***", async () => {
    const dir = tempDir();
    heard = [];
    const url = `${server.url.replace("http://", `http://${USER}:${LITERAL}@`)}/json?key=\${CANARY_TOKEN}`;
    const flags = ["--header", "X-Api-Key: ${CANARY_TOKEN}", "--header", `Authorization: Bearer ${LITERAL}`];
    const load = ["--users", "1", "--duration", "1s", "--seed", "7"];
    const out = join(dir, "out");
    const run = await runCli(["run", "--url", url, ...flags, ...load, "--out", out], { env: ENV });
    expect(heard[0]).toContain(encodeURIComponent(CANARY));
    expect(heard[0]).toContain(LITERAL);
    expectNothingTold(run, out);
    const command = commandIn(out);
    expect(command).toContain("'X-Api-Key: ${CANARY_TOKEN}'");
    expect(command).toContain("'Authorization: ***'");
    expect(command).toContain("key=${CANARY_TOKEN}");
    expect(command).toMatch(/--seed 7$/);
  });

  test.each([
    ["--header=Authorization: Bearer", [`--header=Authorization: Bearer ${LITERAL}`]],
    ["another case", ["--header", `PROXY-AUTHORIZATION: Basic ${LITERAL}`]],
    ["a cookie", ["--header", `Cookie: a=b; session=${LITERAL}`]],
    ["no blank", ["--header", `x-api-key:${LITERAL}`]],
  ])("and hides a literal credential however it is written: %s", async (_name, flags) => {
    const out = join(tempDir(), "out");
    heard = [];
    const load = ["--url", `${server.url}/fail`, "--users", "1", "--duration", "300ms"];
    const run = await runCli(["run", ...load, ...flags, "--out", out]);
    expect(heard[0]).toContain(LITERAL);
    expectNothingTold(run, out);
  });
});
