/** `--raw`: a row for every request, and the rows come to what the run says. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type KnownServer, startKnownServer } from "../support/known-server.ts";
import { runCli } from "../support/run-cli.ts";
import { summaryIn } from "../support/summary.ts";
import { tempDir } from "../support/temp-dir.ts";
import { writeSpec } from "../support/write-spec.ts";

let target: KnownServer;

beforeAll(async () => {
  target = await startKnownServer((request, response) => {
    if (request.url === "/never") return;
    setTimeout(() => response.writeHead(request.url === "/busy" ? 503 : 200).end("0123456789"), 5);
  });
});

afterAll(() => target.close());

type Row = Readonly<
  Record<
    | "profile"
    | "task"
    | "sequence"
    | "due_ms"
    | "sent_ms"
    | "first_byte_ms"
    | "end_ms"
    | "status"
    | "kind"
    | "body_bytes",
    string
  >
>;

function rowsIn(path: string): readonly Row[] {
  return parse(readFileSync(path, "utf8"), { columns: true });
}

function spec(seconds: number): object {
  return {
    target: target.url,
    timeouts: { total: "1s" },
    tasks: {
      '=ok, "quoted"': { weight: 8, get: "/ok" },
      busy: { weight: 2, get: "/busy" },
      never: { weight: 1, get: "/never" },
    },
    profiles: {
      open: { rate: "100/s", for: `${seconds}s` },
      closed: { users: 10, for: `${seconds}s` },
    },
  };
}

describe("--raw", () => {
  test("has a row for every request, at any number of threads, and its figures are the run's", async () => {
    const dir = tempDir();
    const file = join(dir, "rows.csv");
    const args = ["run", writeSpec(dir, spec(3)), "--out", dir, "--threads", "2", "--drain", "0", "--raw", file];
    const { stderr } = await runCli(args);
    const rows = rowsIn(file);
    expect(stderr).toContain(`${rows.length} rows in ${file}`);
    const { profiles } = summaryIn(dir);
    for (const { name, arrivals, tasks } of profiles) {
      const own = rows.filter(({ profile }) => profile === name);
      const count = (kind: RegExp) => own.filter((row) => kind.test(row.kind)).length;
      expect(count(/^ok$/)).toBe(arrivals.completed);
      expect(count(/^in-flight$/)).toBe(arrivals.inFlightAtEnd);
      expect(own.length).toBe(arrivals.sent);
      expect(count(/^http-5xx$/)).toBeGreaterThan(0);
      const total = tasks.at(-1);
      const times = own
        .filter(({ kind }) => kind !== "in-flight")
        .map((row) => Number(row.end_ms) - Number(row.due_ms));
      expect(Math.max(...times)).toBeCloseTo(total.responseMs.max, 1);
      expect(times.reduce((sum, ms) => sum + ms, 0) / times.length).toBeCloseTo(total.responseMs.mean, 1);
    }
    expect(new Set(rows.map(({ task }) => task))).toEqual(new Set([`'=ok, "quoted"`, "busy", "never"]));
    for (const row of rows.filter(({ kind }) => kind === "ok")) {
      expect([row.status, row.body_bytes]).toEqual(["200", "10"]);
      const instants = [row.sent_ms, row.first_byte_ms, row.end_ms].map(Number);
      expect(instants).toEqual([...instants].sort((a, b) => a - b));
    }
    const late = rows.filter(({ kind }) => kind === "timeout" || kind === "in-flight");
    expect(late.length).toBeGreaterThan(0);
    expect(
      late.every(({ status, first_byte_ms, sent_ms }) => status === "" && first_byte_ms === "" && sent_ms !== ""),
    ).toBe(true);
  });

  test("a sample is the same requests at any number of threads", async () => {
    const dir = tempDir();
    const path = writeSpec(dir, { ...spec(2), profiles: { open: { rate: "200/s", for: "2s" } } });
    const taken: string[][] = [];
    for (const threads of ["1", "2"]) {
      const file = join(dir, `rows-${threads}.csv`);
      const sampled = ["--raw", file, "--raw-sample", "1/5", "--threads", threads, "--seed", "7"];
      await runCli(["run", path, "--out", dir, "--drain", "0", ...sampled]);
      taken.push(
        rowsIn(file)
          .map(({ task, sequence }) => `${task} ${sequence}`)
          .sort(),
      );
    }
    expect(taken[0]).toEqual(taken[1]);
    const { sent } = summaryIn(dir).profiles[0].arrivals;
    expect(taken[0]!.length / sent).toBeGreaterThan(0.1);
    expect(taken[0]!.length / sent).toBeLessThan(0.3);
  });

  test("a run that is interrupted keeps its rows", async () => {
    const dir = tempDir();
    const file = join(dir, "rows.csv");
    let isStopped = false;
    const { code } = await runCli(["run", writeSpec(dir, spec(30)), "--out", dir, "--raw", file, "--drain", "1s"], {
      onStart: (child) => setTimeout(() => child.kill("SIGINT"), 3000),
      onStderr: () => {
        isStopped = true;
      },
    });
    expect(code).toBe(130);
    expect(isStopped).toBe(true);
    expect(rowsIn(file).length).toBe(summaryIn(dir).profiles[0].arrivals.sent);
  });

  test("writes over nothing, and leaves nothing where no load began", async () => {
    const dir = tempDir();
    const file = join(dir, "rows.csv");
    const path = writeSpec(dir, spec(1));
    writeFileSync(file, "mine");
    const there = await runCli(["run", path, "--out", dir, "--raw", file]);
    expect([there.code, readFileSync(file, "utf8")]).toEqual([2, "mine"]);
    expect(there.stderr).toContain("is there already");
    const refused = await runCli(["run", path, "--target", "http://203.0.113.7", "--out", dir, "--raw", `${file}.2`]);
    expect([refused.code, existsSync(`${file}.2`)]).toEqual([5, false]);
  });

  test.each([
    [["--raw-sample", "1/10"], "--raw-sample without --raw"],
    [["--raw", "rows.csv", "--raw-sample", "2"], "takes a share such as 1/10"],
    [["--raw", "nowhere/rows.csv"], "cannot be made"],
  ])("%j is bad usage", async (flags, message) => {
    const dir = tempDir();
    const { code, stderr } = await runCli(["run", writeSpec(dir, spec(1)), ...flags], { cwd: dir });
    expect(stderr).toContain(message);
    expect(code).toBe(2);
    expect(existsSync(join(dir, "rows.csv"))).toBe(false);
  });
});
