/** What a target answers is data: it acts nowhere (law 9); and however it misbehaves, the run completes. */

import { readdirSync, readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHROMIUM_NEED, HAS_CHROMIUM, launchBrowser } from "../support/browser.ts";
import { csvRows } from "../support/csv-rows.ts";
import { filesUnder } from "../support/files-under.ts";
import { runUntilFit } from "../support/fit-run.ts";
import { acting, HOSTILE } from "../support/hostile-texts.ts";
import { expectInertCsv, expectInertMarkdown, expectInertXml, JUNIT_ELEMENTS } from "../support/inert-files.ts";
import { testNeeding } from "../support/needs.ts";
import { type RawServer, startRawServer } from "../support/raw-server.ts";
import { runCli } from "../support/run-cli.ts";
import { summaryIn } from "../support/summary.ts";
import { tempDir } from "../support/temp-dir.ts";
import { writeSpec } from "../support/write-spec.ts";

type Name = keyof typeof HOSTILE;

function isName(name: string): name is Name {
  return Object.hasOwn(HOSTILE, name);
}

/** A header value that HTTP can carry: as latin-1, without what would end the line. */
function headerOf(text: string): string {
  return text.replace(/[\r\n\0]/g, " ").replace(/[^\x00-\xff]/g, "?");
}

function answerHostile(path: string, socket: Socket): void {
  const [, how, name = ""] = path.split("/");
  const text = isName(name) ? HOSTILE[name] : "";
  const write = (status: string, headers: string, body: string) => {
    const bytes = Buffer.from(body);
    socket.write(`HTTP/1.1 ${status}\r\ncontent-length: ${bytes.length}\r\n${headers}\r\n`, "latin1");
    socket.write(bytes);
  };
  switch (how) {
    case "status":
      write(`500 ${headerOf(text)}`, `x-a: ${headerOf(text)}\r\n`, text);
      break;
    case "header":
      write("200 OK", `x-hostile: ${headerOf(text)}\r\n`, "{}");
      break;
    case "json":
      write(
        "200 OK",
        "content-type: application/json\r\n",
        JSON.stringify({ value: text, [text]: [text, { [text]: text }] }),
      );
      break;
    case "big-json":
      write("200 OK", "content-type: application/json\r\n", JSON.stringify({ value: "A<b>".repeat(262_144) }));
      break;
    case "big-header":
      write("200 OK", `x-hostile: ${"H".repeat(1_048_576)}\r\n`, "{}");
      break;
    case "garbage":
      socket.end(`SSH-2.0 ${text}\r\n${text}\r\n\r\n`);
      break;
    default:
      write("200 OK", "", "{}");
  }
}

let server: RawServer;

beforeAll(async () => {
  server = await startRawServer(answerHostile);
});

afterAll(() => server.close());

function hostileSpec(): object {
  const names = Object.keys(HOSTILE);
  const tasksOf = (how: string, expectation: object) =>
    names.map((name) => [`${how} ${name}`, { get: `/${how}/${name}`, expect: expectation }]);
  return {
    name: HOSTILE.closing,
    target: server.url,
    tasks: Object.fromEntries([
      ...tasksOf("status", { status: 200 }),
      ...tasksOf("header", { headers: { "x-hostile": "other" } }),
      ...tasksOf("json", { json: { "$.value": "other" } }),
      ...tasksOf("garbage", {}),
      ["big json", { get: "/big-json/x", expect: { json: { "$.value": "other" } } }],
      ["big header", { get: "/big-header/x", expect: { headers: { "x-hostile": "other" } } }],
      // Names come from the spec, which may have been written by somebody else.
      ["=cmd|' /C calc'!A0", { get: "/ok/", weight: 5 }],
      [HOSTILE.markup, { get: "/ok/", weight: 5 }],
      ["../../escaped", { get: "/ok/", weight: 5 }],
    ]),
    profiles: { hostile: { rate: "150/s", for: "4s" } },
    thresholds: ["errors < 1%"],
  };
}

describe("hostile answers", () => {
  testNeeding(HAS_CHROMIUM, CHROMIUM_NEED)("act in no file, no screen and no browser", async () => {
    const dir = tempDir();
    const out = join(dir, "out");
    const run = await runUntilFit(["run", writeSpec(dir, hostileSpec()), "--seed", "1"], out, {
      env: { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: join(dir, "step.md") },
    });
    expect(run.code, run.stderr).toBe(1);

    const [profile] = summaryIn(out).profiles;
    for (const task of profile.tasks)
      if (/^(status|header|json|garbage|big)/.test(task.name)) expect(task.failures, task.name).toBe(task.requests);

    // The terminal.
    expect(acting(run.stdout)).toBe("");
    expect(acting(run.stderr)).toBe("");
    // Every workflow command is ours: a target cannot forge one.
    for (const line of run.stdout.split("\n").filter((text) => /^\s*::/.test(text)))
      expect(line).toMatch(/^::(error|warning|notice) title=/);

    // Nothing was written but what is always written.
    expect(readdirSync(dir).sort()).toEqual(["out", "plimsoll.json", "step.md"]);
    expect([...filesUnder(out).keys()].sort()).toEqual(
      [
        "hostile_exceptions.csv",
        "hostile_failures.csv",
        "hostile_stats.csv",
        "hostile_stats_history.csv",
        "junit.xml",
        "report.html",
        "run.plj",
        "summary.json",
        "summary.md",
      ].sort(),
    );
    expect(acting(readFileSync(join(out, "summary.json"), "utf8"))).toBe("");
    const csvNames = [...filesUnder(out).keys()].filter((name) => name.endsWith(".csv"));
    for (const name of csvNames) expectInertCsv(name, readFileSync(join(out, name), "utf8"));
    for (const name of ["hostile_stats.csv", "hostile_failures.csv"])
      expect(csvRows(join(out, name)).length).toBeGreaterThan(40);
    for (const file of [join(out, "summary.md"), join(dir, "step.md")])
      expectInertMarkdown(file, readFileSync(file, "utf8"), /^(?:## ⦵ ✗ FAIL: |### (?:hostile|Findings)$)/);
    expectInertXml("junit.xml", readFileSync(join(out, "junit.xml"), "utf8"), JUNIT_ELEMENTS);

    await expectParsedXml(join(out, "junit.xml"));
    await expectInertHtml(join(out, "report.html"));
  });

  test("answers of a megabyte leave files of kilobytes", async () => {
    const dir = tempDir();
    const spec = {
      target: server.url,
      tasks: {
        json: { get: "/big-json/x", expect: { json: { "$.value": "other" } } },
        header: { get: "/big-header/x", expect: { headers: { "x-hostile": "other" } } },
      },
      profiles: { hostile: { rate: "20/s", for: "2s" } },
    };
    await runCli(["run", writeSpec(dir, spec), "--out", join(dir, "out")]);
    const sizes = [...filesUnder(join(dir, "out"))].filter(([name]) => name !== "report.html");
    for (const [name, text] of sizes) expect(text.length, name).toBeLessThan(64_000);
    const [json, header] = summaryIn(join(dir, "out")).profiles[0].tasks;
    expect(json.errors[0]).toMatchObject({ kind: "expectation", message: expect.stringMatching(/^.{10,200}$/) });
    expect(header.errors[0]).toMatchObject({ kind: "too-large" });
  });
});

/** Parsed by a real parser: the browser's. */
async function expectParsedXml(path: string): Promise<void> {
  const page = await (await launchBrowser()).newPage();
  const parsed = await page.evaluate(
    `(() => {
      const parsed = new DOMParser().parseFromString(${JSON.stringify(readFileSync(path, "utf8"))}, "application/xml");
      return {
        error: parsed.querySelector("parsererror")?.textContent ?? "",
        names: [...new Set([...parsed.querySelectorAll("*")].map((element) => element.nodeName))].sort(),
      };
    })()`,
  );
  expect(parsed).toMatchObject({ error: "" });
  expect(parsed).toMatchObject({ names: expect.not.arrayContaining(["script", "b", "img"]) });
}

async function expectInertHtml(path: string): Promise<void> {
  const browser = await launchBrowser();
  for (const javaScriptEnabled of [true, false]) {
    const page = await (await browser.newContext({ javaScriptEnabled })).newPage();
    const complaints: string[] = [];
    const url = pathToFileURL(path).href;
    page.on("console", (message) => void complaints.push(message.text()));
    page.on("pageerror", (error) => void complaints.push(error.message));
    page.on("dialog", (dialog) => {
      complaints.push(`dialog ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("request", (request) => {
      if (request.url() !== url && !request.url().startsWith("data:")) complaints.push(`asked for ${request.url()}`);
    });
    await page.goto(url);
    await page.waitForLoadState("load");
    expect(await page.locator("#plimsoll").locator("script, img, iframe, b, [onerror], [onmouseover]").count()).toBe(0);
    expect(await page.textContent("body")).toContain("<script>alert(1)</script>");
    expect(complaints).toEqual([]);
  }
}

describe("a target that misbehaves", () => {
  /** Path, the kind its errors must have, and what else to say in the spec. */
  const FAULTS = [
    ["reset", "reset"],
    ["reset-in-body", "reset"],
    ["closes-at-once", "reset"],
    ["truncated-length", "truncated"],
    ["truncated-chunks", "truncated"],
    ["bad-chunk", "protocol"],
    ["garbage", "protocol"],
    ["never", "timeout"],
    ["never-ends", "timeout"],
    ["slow-body", "timeout"],
    ["endless", "too-large"],
    ["invalid-json", "bad-body"],
    ["invalid-utf8", "expectation"],
  ] as const;
  let faulty: RawServer;

  beforeAll(async () => {
    faulty = await startRawServer(misbehave);
  });

  afterAll(() => faulty.close());

  const specFor = (paths: readonly string[], more: object = {}) => ({
    target: faulty.url,
    tasks: Object.fromEntries(paths.map((path) => [path, { get: `/${path}`, expect: { json: { "$.ok": true } } }])),
    profiles: { open: { rate: "20/s", for: "2s" } },
    thresholds: ["errors < 10%"],
    timeout: "1s",
    maxBody: "1MiB",
    ...more,
  });

  test("in every way at once: the run completes, fails, and names each", async () => {
    const dir = tempDir();
    const paths = FAULTS.map(([path]) => path);
    const spec = specFor(paths, { profiles: { open: { rate: "60/s", for: "3s" } } });
    const run = await runUntilFit(["run", writeSpec(dir, spec)], dir);
    expect(run.code, run.stdout).toBe(1);
    const [profile] = summaryIn(dir).profiles;
    const { planned, sent, completed, failed, inFlightAtEnd, dropped } = profile.arrivals;
    expect(planned).toBeGreaterThan(120);
    expect([sent, failed]).toEqual([planned, planned]);
    expect([completed, dropped, inFlightAtEnd]).toEqual([0, 0, 0]);
    for (const [path, kind] of FAULTS) {
      const task = profile.tasks.find(({ name }: { name: string }) => name === path);
      expect(task.requests, path).toBeGreaterThan(0);
      const kinds = task.errors.map((error: { kind: string }) => error.kind);
      expect([path, ...new Set(kinds)]).toEqual([path, kind]);
    }
  });

  // We close what has timed out, broken the protocol or said more than it announced; that is no excuse for the target.
  // A generator that blamed itself for those would do so every time.
  test.each([["never"], ["garbage"], ["more-than-its-length"]])(
    "%s: opening connections anew is not the generator's fault",
    async (path) => {
      const dir = tempDir();
      const run = await runUntilFit(["run", writeSpec(dir, specFor([path]))], dir);
      expect(run.code, run.stdout).toBe(1);
    },
  );

  test("within thresholds that allow for it, the run passes", async () => {
    const dir = tempDir();
    const spec = specFor(["slow-body"], { timeout: "20s", maxBody: "1MiB", thresholds: ["errors < 50%"] });
    const run = await runUntilFit(["run", writeSpec(dir, { ...spec, drain: "10s" })], dir);
    expect(run.code, run.stdout).toBe(0);
    const [profile] = summaryIn(dir).profiles;
    // 20,000 octets at 10,000 a second.
    expect(profile.tasks.at(-1).responseMs.p50).toBeGreaterThan(1_800);
    expect(profile.tasks.at(-1).responseMs.p50).toBeLessThan(2_400);
  });

  test("endless answers to many callers do not grow its memory", async () => {
    const dir = tempDir();
    const spec = specFor(["endless"], { profiles: { many: { users: 20, for: "3s", think: "50ms" } } });
    await runCli(["run", writeSpec(dir, spec), "--out", dir]);
    const journal = readFileSync(join(dir, "run.plj"), "utf8").split("\n");
    const rssMb = journal
      .filter((line) => line.includes('"k":"d"'))
      .map((line) => JSON.parse(line.slice(9)).gen.rssBytes / 1e6);
    expect(Math.max(...rssMb)).toBeLessThan(200);
  });
});

const OK = "HTTP/1.1 200 OK\r\n";

function misbehave(path: string, socket: Socket): void {
  switch (path) {
    case "/reset":
      socket.resetAndDestroy();
      break;
    case "/reset-in-body":
      socket.write(`${OK}content-length: 100\r\n\r\nsome`, () => setTimeout(() => socket.resetAndDestroy(), 20));
      break;
    case "/closes-at-once":
      socket.end();
      break;
    case "/truncated-length":
      socket.end(`${OK}content-length: 100\r\n\r\nsome`);
      break;
    case "/truncated-chunks":
      socket.end(`${OK}transfer-encoding: chunked\r\n\r\n4\r\nsome\r\n`);
      break;
    case "/bad-chunk":
      socket.write(`${OK}transfer-encoding: chunked\r\n\r\nzz\r\nsome\r\n`);
      break;
    case "/garbage":
      socket.write(`\x00\x01\x02 not HTTP at all \xff\xfe\r\n\r\n`, "latin1");
      break;
    case "/more-than-its-length":
      socket.write(`${OK}content-length: 12\r\n\r\n{"ok":false}and more`);
      break;
    case "/never":
      break;
    case "/never-ends":
      socket.write(`${OK}content-length: 100\r\n\r\nsome`);
      break;
    case "/slow-body":
      trickle(socket);
      break;
    case "/endless":
      endless(socket);
      break;
    case "/invalid-json":
      socket.write(`${OK}content-length: 9\r\n\r\n{"ok":tru`);
      break;
    case "/invalid-utf8":
      socket.write(`${OK}content-length: 11\r\n\r\n{"ok":"\xc3\x28"}`, "latin1");
      break;
    default:
      if (!socket.destroyed) socket.write(`${OK}content-length: 11\r\n\r\n{"ok":true}`);
  }
}

/** 20,000 octets at 10,000 a second: `{"ok":true` and blanks. */
function trickle(socket: Socket): void {
  const text = `{"ok":true${" ".repeat(19_989)}}`;
  socket.write(`${OK}content-length: ${text.length}\r\n\r\n`);
  let sent = 0;
  const timer = setInterval(() => {
    socket.write(text.slice(sent, sent + 1_000));
    sent += 1_000;
    if (socket.destroyed || sent >= text.length) clearInterval(timer);
  }, 100);
}

function endless(socket: Socket): void {
  socket.write(OK);
  socket.write("\r\n");
  const chunk = "x".repeat(65_536);
  const more = () => {
    while (!socket.destroyed && socket.write(chunk)) {}
    if (!socket.destroyed) socket.once("drain", more);
  };
  more();
}
