import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env, execPath } from "node:process";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lockResults, openJournal } from "../../packages/plimsoll/src/records/journal-file.ts";
import type { NumberedRecord } from "../../packages/plimsoll/src/records/record.ts";

const KILLS = Number(env["PLIMSOLL_KILLS"] ?? 5);

/** Writes events without end, and says on standard output which of them are surely on the disk. */
const CHILD = `
import { writeSync } from "node:fs";
import { createJournal } from "./journal-file.mjs";
// Unless someone listens, the signal for a file that may grow no further ends the process.
process.on("SIGXFSZ", () => undefined);
const header = { run: "kill-loop", version: "0", node: "n", planSha256: "0", bootId: "0", wall: "w", mono: "0" };
const options = { batchMs: 4, rotateBytes: 60_000, onFailure: (error) => writeSync(1, "failed " + error.code + " " + error.message + "\\n") };
const journal = await createJournal(process.argv[2], header, options);
const event = (atMs) => ({ k: "ev", code: "NOTE", level: "info", atMs, message: "x".repeat(100 + (atMs * 37) % 1500) });
let announced = -1;
for (let i = 1; journal.failure === undefined; i++) {
  journal.append(event(i));
  if (i % 7 === 0) await journal.appendDurable(event(++i)).catch(() => undefined);
  else await new Promise((resolve) => setImmediate(resolve));
  if (journal.lastDurableN > announced) {
    announced = journal.lastDurableN;
    writeSync(1, announced + "\\n");
  }
}
await journal.close().catch(() => undefined);
`;

let dir = "";
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "plimsoll-kill-"));
  await build({
    entryPoints: [new URL("../../packages/plimsoll/src/records/journal-file.ts", import.meta.url).pathname],
    outfile: join(dir, "journal-file.mjs"),
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "error",
  });
  await writeFile(join(dir, "child.mjs"), CHILD);
});
afterAll(async () => {
  await rm(dir, { recursive: true, force: true });
});

/** Gathers what a child says until it has ended. */
function listen(child: ChildProcess): { readonly begun: Promise<void>; readonly lines: Promise<readonly string[]> } {
  let said = "";
  const begun = new Promise<void>((resolve, reject) => {
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      resolve();
    });
    child.once("close", () => reject(new Error("the child ended before it had written anything")));
  });
  const lines = new Promise<readonly string[]>((resolve) => {
    child.once("close", () => resolve(said.slice(0, said.lastIndexOf("\n")).split("\n")));
  });
  return { begun, lines };
}

async function readWhole(path: string) {
  const journal = await openJournal(path);
  const records: NumberedRecord[] = [];
  for await (const record of journal.records) records.push(record);
  return { ...journal.outcome(), records };
}

function greatestIn(lines: readonly string[]): number {
  return Math.max(...lines.filter((line) => /^\d+$/.test(line)).map(Number));
}

describe("a journal whose writer is killed", () => {
  test(`keeps every record announced as durable, ${KILLS} times over`, async () => {
    for (let kill = 0; kill < KILLS; kill++) {
      const results = join(dir, `killed-${kill}`);
      const child = spawn(execPath, [join(dir, "child.mjs"), results], { stdio: ["ignore", "pipe", "inherit"] });
      const { begun, lines } = listen(child);
      await begun;
      await new Promise((resolve) => setTimeout(resolve, (kill * 53) % 311));
      child.kill("SIGKILL");
      const watermark = greatestIn(await lines);

      const { state, nextN, records, missing } = await readWhole(results);
      expect(state).not.toBe("hole");
      expect(missing).toEqual([]);
      expect(nextN).toBeGreaterThan(watermark);
      expect(records.map(({ n }) => n)).toEqual(records.map((_, n) => n));
      const events = records.flatMap((record) => (record.k === "ev" ? [record.atMs] : []));
      expect(events).toEqual(events.map((_, index) => index + 1));

      expect(await readdir(results)).toContain("run.lock");
      await (await lockResults(results)).release();
      await rm(results, { recursive: true });
    }
  });

  test("fails when its file may grow no further, and keeps what was synced", async () => {
    const results = join(dir, "limited");
    // In blocks of 1024 bytes: less than one file of the journal.
    const limited = `ulimit -f 40; exec "$0" "$@"`;
    const child = spawn("bash", ["-c", limited, execPath, join(dir, "child.mjs"), results], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const lines = await listen(child).lines;
    expect(lines.filter((line) => line.startsWith("failed "))).toEqual([
      expect.stringMatching(
        /^failed JOURNAL_WRITE_FAILED the journal .*run\.plj cannot be written: .+ records are kept$/,
      ),
    ]);
    const { state, nextN } = await readWhole(results);
    expect(state).not.toBe("hole");
    expect(nextN).toBeGreaterThan(greatestIn(lines));
    expect(greatestIn(lines)).toBeGreaterThan(10);
    expect(await readdir(results)).toEqual(["run.plj"]);
  });
});
