/** What gave way first, by the metrics that a target tells of itself; on the built tool. */
import { readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { runUntilFit } from "../support/fit-run.ts";
import { recordsIn } from "../support/journal-records.ts";
import { type KnownServer, startKnownServer } from "../support/known-server.ts";
import { summaryIn } from "../support/summary.ts";
import { tempDir } from "../support/temp-dir.ts";
import { writeSpec } from "../support/write-spec.ts";

/** A run whose generator was not fit is made anew. */
const PATIENT = { timeout: 240_000 };

/** One place, 25 ms a request, and a queue before it, of which it tells; a disk that fills only when the queue is long. */
function startQueueingServer(): Promise<KnownServer> {
  const waiting: ServerResponse[] = [];
  let isBusy = false;
  const serve = (): void => {
    const next = waiting.shift();
    isBusy = next !== undefined;
    setTimeout(() => {
      next?.end("{}");
      if (next !== undefined) serve();
    }, 25);
  };
  return startKnownServer((request, response) => {
    if (request.url === "/metrics") {
      const diskRatio = waiting.length > 150 ? 1 : 0.3;
      response.end(`queue_depth ${waiting.length}\ndisk_usage_ratio ${diskRatio}\ncache_usage_ratio 0.5\n`);
      return;
    }
    waiting.push(response);
    if (!isBusy) serve();
  });
}

test("the report names the queue that filled first, not what filled after it nor what never did", PATIENT, async () => {
  const dir = tempDir();
  const server = await startQueueingServer();
  onTestFinished(() => server.close());
  // It holds 40/s: its queue grows from the 20th second on.
  const stages = [
    { rate: "14/s", for: "14s" },
    { from: "14/s", to: "70/s", for: "14s" },
    { rate: "70/s", for: "6s" },
  ];
  const path = writeSpec(dir, {
    target: server.url,
    tasks: { a: { get: "/" } },
    profiles: { rising: { stages, arrivals: "constant" } },
    observe: { prometheus: "/metrics", metrics: ["cache_usage_ratio", "disk_usage_ratio", "queue_depth"] },
  });
  const { stdout } = await runUntilFit(["run", path], dir);
  const observed: { values: Record<string, number> }[] = recordsIn(dir).filter(({ k }) => k === "obs");
  const most = (name: string): number => Math.max(...observed.map(({ values }) => values[name] ?? 0));
  expect([most("queue_depth") > 150, most("disk_usage_ratio")]).toEqual([true, 1]);
  const told =
    /Of what the target tells of itself queue_depth gave way first: it grew beyond \d+, the most it had held,/;
  const findings: { code: string; profile: string; message: string }[] = summaryIn(dir).findings;
  expect(findings.filter((finding) => finding.code === "saturated-first")).toEqual([
    expect.objectContaining({ profile: "rising", message: expect.stringMatching(told) }),
  ]);
  expect(stdout.replaceAll(/\s+/g, " ")).toMatch(told);
  expect(readFileSync(join(dir, "report.html"), "utf8")).toMatch(told);
  expect(JSON.stringify(findings)).not.toMatch(/disk_usage_ratio|cache_usage_ratio/);
});
