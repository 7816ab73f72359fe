import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { orderRun } from "../../packages/plimsoll/src/live/run-control.ts";
import { recordsIn } from "../support/journal-records.ts";
import { type KnownServer, startKnownServer } from "../support/known-server.ts";
import { runCli } from "../support/run-cli.ts";
import { summaryIn } from "../support/summary.ts";
import { tempDir } from "../support/temp-dir.ts";
import { writeSpec } from "../support/write-spec.ts";

// A real run on two threads, steered through its socket, then run again from its journal.

/** Long beside all that a request costs on a machine that does other things too, and long beside the think time. */
const SERVICE_MS = 400;
const THINK = { uniform: ["50ms", "150ms"] };
const RUN_MS = 5000;
/** Who waits for an answer leaves with it. */
const SETTLED_MS = SERVICE_MS + 200;
const ROWS = Array.from({ length: 500 }, (_, row) => `row${row}`);

interface Seen {
  /** Since the first request. */
  readonly atMs: number;
  readonly path: string;
  /** With it. */
  readonly inProgress: number;
}

/** A target that remembers what it was asked since it last forgot. */
async function startWitness() {
  let seen: Seen[] = [];
  let inProgress = 0;
  let firstAtMs = 0;
  const server: KnownServer = await startKnownServer((request, response) => {
    if (seen.length === 0) firstAtMs = performance.now();
    inProgress++;
    seen.push({ atMs: performance.now() - firstAtMs, path: request.url ?? "", inProgress });
    void setTimeout(SERVICE_MS).then(() => {
      inProgress--;
      response.end("ok");
    });
  });
  onTestFinished(() => server.close());
  const taken = (): readonly Seen[] => {
    const all = seen;
    seen = [];
    return all;
  };
  /** Resolves so long after the first request. */
  const sinceFirst = async (ms: number): Promise<void> => {
    while (seen.length === 0) await setTimeout(5);
    await setTimeout(firstAtMs + ms - performance.now());
  };
  return { url: server.url, taken, sinceFirst };
}

function perSecond(seen: readonly Seen[]): readonly number[] {
  return Array.from(
    { length: RUN_MS / 1000 },
    (_, sec) => seen.filter(({ atMs }) => Math.floor(atMs / 1000) === sec).length,
  );
}

/** What was asked under each number. */
function pathsByNumber(seen: readonly Seen[]): ReadonlyMap<string, string> {
  return new Map(seen.map(({ path }) => [path.split("/")[2] ?? "", path]));
}

/** Users of each second, and when which number of them was ordered, both on the phase clock. */
function toldIn(dir: string) {
  const records = recordsIn(dir);
  const startMs = records.find(({ k, at }) => k === "phase" && at === "start").atMs;
  const users = records.filter(({ k }) => k === "d").map((record) => record.users);
  const steers = records.filter(({ k }) => k === "steer");
  return { users: users.slice(0, RUN_MS / 1000), steers: steers.map(({ atMs, what }) => [atMs - startMs, what.users]) };
}

// Ten seconds of a machine that other tests load as well.
test("users raised and lowered by hand are users in both threads, and the run is run again as it went", {
  retry: 2,
}, async () => {
  const dir = tempDir();
  const target = await startWitness();
  writeSpec(dir, {
    target: target.url,
    data: { rows: ROWS },
    tasks: {
      ask: { get: "/ask/{{counter 0}}/{{pick rows}}", weight: 3 },
      other: { get: "/other/{{counter 0}}/{{pick rows}}" },
    },
    thresholds: ["p95 < 5s"],
    profiles: { closed: { users: 10, for: `${RUN_MS}ms`, think: THINK } },
  });
  const results = join(dir, "results");
  const running = runCli(["run", "plimsoll.json", "--threads", "2"], { cwd: dir });
  await target.sinceFirst(1500);
  await orderRun(results, { do: "steer", users: 50 });
  await target.sinceFirst(3200);
  await orderRun(results, { do: "steer", users: 3 });
  expect((await running).code).toBe(3);
  expect(summaryIn(results).thresholds).toMatchObject([
    {
      verdict: "inconclusive",
      why: expect.stringMatching(/^The load was changed by hand at .*10 → 50 users.*50 → 3 users/),
    },
  ]);
  const first = target.taken();
  const { users, steers } = toldIn(results);
  expect(users).toEqual([10, 50, 50, 3, 3]);
  expect(steers.map(([, load]) => load)).toEqual([50, 3]);
  const [raisedMs, loweredMs] = steers.map(([atMs]) => atMs);
  const mostIn = (fromMs: number, toMs: number): number =>
    Math.max(...first.flatMap(({ atMs, inProgress }) => (atMs >= fromMs && atMs < toMs ? [inProgress] : [])));
  for (const [load, fromMs, toMs] of [
    [10, 0, raisedMs - 100],
    [50, raisedMs, loweredMs],
    [3, loweredMs + SETTLED_MS, RUN_MS],
  ] as const) {
    const most = mostIn(fromMs, toMs);
    // Some think.
    expect([most <= load, most > 0.8 * load - 1], `${most} in progress of ${load}`).toEqual([true, true]);
  }

  const { command } = summaryIn(results).run;
  expect(command).toMatch(/^plimsoll run plimsoll.json --threads 2 --replay results --seed \d+$/);
  const again = await runCli(command.split(" ").slice(1), { cwd: dir });
  expect([again.code, again.stderr]).toEqual([
    expect.toBeOneOf([0, 3]),
    expect.stringMatching(/2 changes made by hand/),
  ]);
  expect(summaryIn(results).thresholds[0].why).not.toContain("by hand");
  const second = target.taken();
  expect(toldIn(results)).toEqual({ users, steers: [] });
  const [counts, countsAgain] = [first, second].map(perSecond);
  counts!.forEach((count, sec) => {
    expect(Math.abs(countsAgain![sec]! - count), `second ${sec}: ${counts} ${countsAgain}`).toBeLessThan(
      15 + count / 4,
    );
  });
  const [paths, pathsAgain] = [first, second].map(pathsByNumber);
  const common = [...paths!.keys()].filter((number) => pathsAgain!.has(number));
  expect(common.length).toBeGreaterThan(0.8 * Math.max(first.length, second.length));
  for (const number of common) expect(pathsAgain!.get(number)).toBe(paths!.get(number));
});
