/** The target's own metrics beside a run, and a run's metrics at a collector; on the built tool. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { filesUnder } from "../support/files-under.ts";
import { type KnownServer, startKnownServer } from "../support/known-server.ts";
import { runCli } from "../support/run-cli.ts";
import { summaryIn } from "../support/summary.ts";
import { tempDir } from "../support/temp-dir.ts";
import { writeSpec } from "../support/write-spec.ts";

const CANARY = "sk-canary-Kq7vB2xWm9";

/** Whatever the verdict: on a busy machine the generator may find itself unfit. */
const ENDED = [0, 3];

let target: KnownServer;
let scrapedBy: string[] = [];

beforeAll(async () => {
  let served = 0;
  target = await startKnownServer((request, response) => {
    if (request.url?.startsWith("/metrics") === true) {
      scrapedBy.push(`${request.url} ${request.headers["x-key"]}`);
      response.end(`queue_depth{w="0"} 2\nqueue_depth{w="1"} 3\nserved_total ${served}\n`);
    } else {
      served++;
      response.end("{}");
    }
  });
});

afterAll(() => target.close());

function spec(observe: object | undefined, seconds = 4): object {
  return {
    target: target.url,
    tasks: { a: { get: "/" } },
    profiles: { p: { rate: "20/s", for: `${seconds}s` } },
    ...(observe === undefined ? {} : { observe }),
  };
}

interface Observed {
  readonly atMs: number;
  readonly values: Readonly<Record<string, number | null>>;
}

function recordsOf(dir: string): { readonly k: string }[] {
  const lines = readFileSync(join(dir, "run.plj"), "utf8").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line.slice(9)));
}

function observedIn(dir: string): Observed[] {
  return recordsOf(dir).filter((record): record is { readonly k: "obs" } & Observed => record.k === "obs");
}

describe("observe", () => {
  test("puts the target's own metrics into the journal, each second, between begin and end of the run", async () => {
    const dir = tempDir();
    const metrics = ["queue_depth", { name: "first", metric: "queue_depth", labels: { w: "0" } }, "served_total"];
    const path = writeSpec(dir, spec({ prometheus: "/metrics", metrics }));
    const { code } = await runCli(["run", path, "--out", dir]);
    expect(ENDED).toContain(code);
    const kinds = recordsOf(dir).map(({ k }) => k);
    expect(kinds.indexOf("obs")).toBeGreaterThan(kinds.indexOf("t0"));
    expect(kinds.lastIndexOf("obs")).toBeLessThan(kinds.indexOf("fin"));
    const observed = observedIn(dir);
    expect(observed.length).toBeGreaterThanOrEqual(3);
    expect(observed.every(({ values }) => values["queue_depth"] === 5 && values["first"] === 2)).toBe(true);
    const served = observed.map(({ values }) => values["served_total"] ?? -1);
    expect(served).toEqual([...served].sort((a, b) => a - b));
    expect(readFileSync(join(dir, "report.html"), "utf8")).not.toContain("some gave nothing");
    expect(readFileSync(join(dir, "report.html"), "utf8")).toContain('"observations":{"names":["queue_depth","first"');
  });

  test("what it refers to is sent, and seen nowhere", async () => {
    const dir = tempDir();
    scrapedBy = [];
    const prometheus = `${target.url.replace("//", "//ann:${CANARY}@")}/metrics?key=\${CANARY}`;
    const path = writeSpec(dir, spec({ prometheus, headers: { "x-key": "${CANARY}" }, metrics: ["absent"] }, 2));
    const { code, stdout, stderr } = await runCli(["run", path, "--out", join(dir, "r")], { env: { CANARY } });
    expect(ENDED).toContain(code);
    expect(scrapedBy[0]).toBe(`/metrics?key=${CANARY} ${CANARY}`);
    expect(stdout + stderr).not.toContain(CANARY);
    for (const [, text] of filesUnder(join(dir, "r"))) expect(text).not.toContain(CANARY);
  });

  test.each([
    ["a public address", "http://203.0.113.7/metrics"],
    ["a cloud's metadata service", "http://169.254.169.254/metrics"],
  ])("%s is refused before anything is sent: exit 5", async (_, prometheus) => {
    const dir = tempDir();
    const before = target.counts.get("GET /") ?? 0;
    const { code, stderr } = await runCli(["run", writeSpec(dir, spec({ prometheus, metrics: ["a"] })), "--out", dir]);
    expect(stderr).toContain("TARGET_REFUSED");
    expect(code).toBe(5);
    expect(target.counts.get("GET /") ?? 0).toBe(before);
  });

  test.each([
    ["nobody listens", "http://127.0.0.1:9/metrics"],
    ["the name does not resolve", "http://nowhere.invalid/metrics"],
  ])("where %s the run goes on, with nothing observed and one word about it", async (_, prometheus) => {
    const dir = tempDir();
    const path = writeSpec(dir, spec({ prometheus, metrics: ["queue_depth"] }));
    const { code, stdout } = await runCli(["run", path, "--out", dir]);
    expect(ENDED).toContain(code);
    expect(stdout.match(/some gave nothing: queue_depth in 100 %/g)).toHaveLength(1);
    const observed = observedIn(dir);
    expect(observed.length).toBeGreaterThanOrEqual(3);
    expect(observed.every(({ values }) => values["queue_depth"] === null)).toBe(true);
    expect(JSON.stringify(recordsOf(dir)).match(/"code":"OBSERVATION_FAILED"/g)).toHaveLength(1);
  });
});

describe("--otlp", () => {
  /** Takes all but its first `busy` pushes. */
  async function collector(busy = 0) {
    const bodies: { readonly type: string | undefined; readonly body: string }[] = [];
    const server = await startKnownServer((request, response, body) => {
      bodies.push({ type: request.headers["content-type"], body });
      if (bodies.length <= busy) response.statusCode = 503;
      response.end();
    });
    return { server, bodies };
  }

  test("says at the end how many pushes were taken where any try failed, though all were at last, and the report tells it", async () => {
    const dir = tempDir();
    const { server } = await collector(2);
    const { stderr } = await runCli(["run", writeSpec(dir, spec(undefined)), "--out", dir, "--otlp", server.url]);
    await server.close();
    const [, taken, pushed] = /took (\d+) of (\d+) pushes of metrics; 2 tries failed\n/.exec(stderr) ?? [];
    expect(Number(pushed)).toBeGreaterThan(2);
    expect(taken).toBe(pushed);
    expect(readFileSync(join(dir, "report.html"), "utf8")).toContain("took no metrics: it answered 503");
  });

  test.each(["protobuf", "json"] as const)("pushes each second as %s, the verdict last", async (format) => {
    const dir = tempDir();
    const { server, bodies } = await collector();
    const args = ["run", writeSpec(dir, spec(undefined)), "--out", dir, "--otlp", server.url, "--otlp-format", format];
    const { code, stderr } = await runCli(args);
    await server.close();
    expect(ENDED).toContain(code);
    expect(stderr).toContain(`metrics go to ${server.url}/v1/metrics`);
    expect(bodies.length).toBeGreaterThanOrEqual(3);
    const { run } = JSON.parse(JSON.stringify(recordsOf(dir)[0]));
    for (const { type, body } of bodies) {
      expect(type).toBe(format === "json" ? "application/json" : "application/x-protobuf");
      expect(body).toContain("plimsoll_verdict");
      expect(body).toContain(run);
    }
    expect(bodies.at(-1)?.body).toContain("plimsoll_response_seconds_sum");
    if (format === "protobuf") return;
    const last: {
      resourceMetrics: { scopeMetrics: { metrics: { name: string; gauge: { dataPoints: unknown[] } }[] }[] }[];
    } = JSON.parse(bodies.at(-1)?.body ?? "");
    const { metrics } = last.resourceMetrics[0]!.scopeMetrics[0]!;
    const points = JSON.stringify(metrics.find(({ name }) => name === "plimsoll_verdict")?.gauge.dataPoints);
    expect(points).toMatch(new RegExp(`"stringValue":"${summaryIn(dir).verdict}"\\}\\}\\],[^[]*"asDouble":1\\}`));
  });

  test("a collector that is away, and one that never answers, leave the run as it is", async () => {
    const dir = tempDir();
    const silent = await startKnownServer(() => {});
    const path = writeSpec(dir, spec(undefined, 2));
    for (const url of ["http://127.0.0.1:9", silent.url]) {
      const { code, stderr } = await runCli(["run", path, "--out", dir, "--otlp", url]);
      expect(ENDED).toContain(code);
      expect(stderr).toMatch(/took 0 of \d pushes/);
    }
    await silent.close();
    expect(summaryIn(dir).profiles[0]?.arrivals.failed).toBe(0);
  });
});
