import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answersAfter, type KnownServer, startKnownServer } from "../support/known-server.ts";
import { runCli } from "../support/run-cli.ts";
import { tempDir } from "../support/temp-dir.ts";
import { writeSpec } from "../support/write-spec.ts";

const KILLS = Number(process.env["PLIMSOLL_KILLS"] ?? 5);
const MAX_LOST_MS = 1500;

let server: KnownServer;

beforeAll(async () => {
  server = await startKnownServer(answersAfter(5));
});

afterAll(() => server.close());

/** Seconds of phase data in a journal, read as a stranger would: line by line, without our code. */
function secondsIn(journal: string): number {
  const lines = readFileSync(journal, "utf8").split("\n").slice(0, -1); // a torn last line has no end
  return lines.map((line) => JSON.parse(line.slice(9))).filter((record) => record.k === "d").length;
}

function hasStarted(journal: string): boolean {
  try {
    return readFileSync(journal, "utf8").includes('"k":"t0"');
  } catch {
    return false;
  }
}

/** Kills at a random instant after a durable t0; every other time right after the journal has grown. */
async function killSomewhere(dir: string, round: number): Promise<number> {
  const journal = join(dir, "out", "run.plj");
  const spec = writeSpec(dir, {
    target: server.url,
    tasks: { ask: { get: "/" } },
    profiles: { steady: { rate: "200/s", for: "60s" } },
  });
  let startedAtMs = 0;
  let killedAtMs = 0;
  await runCli(["run", spec, "--out", join(dir, "out")], {
    onStart: (child) => {
      let size = 0;
      const waitMs = randomInt(200, 4200);
      const poll = setInterval(() => {
        if (startedAtMs === 0) {
          if (!hasStarted(journal)) return;
          startedAtMs = performance.now();
        }
        if (performance.now() - startedAtMs < waitMs) return;
        const grown = readFileSync(journal).length;
        const isWriting = grown > size;
        size = grown;
        // Half of the kills fall within 5 ms of a write: the poll saw the file grow.
        if (round % 2 === 0 && !isWriting) return;
        clearInterval(poll);
        killedAtMs = performance.now();
        child.kill("SIGKILL");
      }, 2);
    },
  });
  return killedAtMs - startedAtMs;
}

test(
  `a run killed with SIGKILL at any instant reads back, at most the last 1.5 s missing (${KILLS} kills)`,
  async () => {
    for (let round = 0; round < KILLS; round++) {
      const dir = tempDir();
      const ranMs = await killSomewhere(dir, round);
      const report = await runCli(["report", join(dir, "out"), "--json"]);
      expect(report.stderr).not.toContain("damaged");
      expect(report.code, report.stderr).toBe(0);
      const summary = JSON.parse(report.stdout);
      expect(summary).toMatchObject({ verdict: "inconclusive", interrupted: true });
      const keptMs = secondsIn(join(dir, "out", "run.plj")) * 1000;
      expect(keptMs, `ran ${ranMs} ms in round ${round}`).toBeGreaterThanOrEqual(ranMs - MAX_LOST_MS);
      const gate = await runCli(["check", join(dir, "out"), "--quiet"]);
      expect(gate.code).toBe(3);
    }
  },
  30_000 * KILLS,
);
