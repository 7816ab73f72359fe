/** The main job on the real model: serve it, load it with the mix, and compare books with the server's own. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { csvRows } from "../support/csv-rows.ts";
import { untilFit } from "../support/fit-run.ts";
import { type StartedProcess, startProcess } from "../support/processes.ts";
import { runCli } from "../support/run-cli.ts";
import { tempDir } from "../support/temp-dir.ts";
import { writeSpec } from "../support/write-spec.ts";

const BIN = join(import.meta.dirname, "../../packages/plimsoll/bin/plimsoll.js");
const WEIGHTS = { single_embed: 8, batch_embed: 2, health: 1 };

let endpoint: StartedProcess;

beforeAll(async () => {
  endpoint = await startProcess(process.execPath, [BIN, "serve", "--port", "0"], { ready: /ready: (http:\S+)/ });
});

afterAll(() => endpoint.stop());

/** Requests that the endpoint counted, by route, from its own metrics. */
async function servedByRoute(): Promise<Map<string, number>> {
  const text = await (await fetch(`${endpoint.url}/metrics`)).text();
  const counts = new Map<string, number>();
  for (const [, labels = "", value] of text.matchAll(/^\w*requests_total\{([^}]*)\} (\d+)/gm)) {
    const route = /route="([^"]*)"/.exec(labels)?.[1] ?? "";
    counts.set(route, (counts.get(route) ?? 0) + Number(value));
  }
  return counts;
}

function mainSpec(): object {
  return {
    name: "minilm",
    target: endpoint.url,
    ready: { get: "/health", expect: { json: { status: "healthy" } }, timeout: "60s" },
    data: {
      sentences: [
        "A queue forgets slowly.",
        "The model loads once and answers many times.",
        "Batching trades patience for throughput.",
      ],
    },
    users: { think: { uniform: ["100ms", "300ms"] } },
    tasks: {
      single_embed: {
        weight: 8,
        post: "/embed",
        json: { texts: { pick: "sentences", count: [1, 2] } },
        expect: { json: { dimensions: 384 } },
      },
      batch_embed: { weight: 2, post: "/embed", json: { texts: { pick: "sentences", count: [8, 32] } } },
      health: { weight: 1, get: "/health" },
    },
    profiles: {
      ramp_up: { users: 5, spawn: "1/s", for: "8s" },
      sustained: { users: 4, for: "8s" },
      spike: { users: 8, for: "6s" },
    },
    thresholds: ["errors < 10%"],
  };
}

describe("the main job", () => {
  test("its mix, its books and the server's own count agree", async () => {
    const dir = tempDir();
    const { before, run, after } = await untilFit(dir, async () => ({
      before: await servedByRoute(),
      run: await runCli(["run", writeSpec(dir, mainSpec()), "--out", dir]),
      after: await servedByRoute(),
    }));
    expect(run.code, run.stdout + run.stderr).toBe(0);
    const summary = JSON.parse(readFileSync(join(dir, "summary.json"), "utf8"));
    const names = ["ramp_up", "sustained", "spike"];
    const rows = names.flatMap((name) => csvRows(join(dir, `${name}_stats.csv`)));
    const counted = (task: string) =>
      rows.filter((row) => row["Name"] === task).reduce((sum, row) => sum + Number(row["Request Count"]), 0);
    const total = counted("Aggregated");

    // Every request that was ever sent is in the files, and nothing else.
    for (const profile of summary.profiles) {
      const { planned, sent, completed, failed, inFlightAtEnd, dropped } = profile.arrivals;
      expect(planned).toBe(sent + dropped);
      expect(sent).toBe(completed + failed + inFlightAtEnd);
      expect(inFlightAtEnd).toBe(0);
    }
    expect(total).toBe(
      summary.profiles.reduce((sum: number, { arrivals }: { arrivals: { sent: number } }) => sum + arrivals.sent, 0),
    );
    expect(counted("single_embed") + counted("batch_embed") + counted("health")).toBe(total);

    // The server counted the same; of /health one more, the readiness check.
    const grown = (route: string) => (after.get(route) ?? 0) - (before.get(route) ?? 0);
    expect(grown("/embed")).toBe(counted("single_embed") + counted("batch_embed"));
    expect(grown("/health")).toBe(counted("health") + 1);

    // 8 : 2 : 1 within four standard errors.
    expect(total).toBeGreaterThan(200);
    for (const [task, weight] of Object.entries(WEIGHTS)) {
      const share = weight / 11;
      expect(Math.abs(counted(task) / total - share), task).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / total));
    }
  });
});
