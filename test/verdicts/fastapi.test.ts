/** The example people copy: a model served by FastAPI under uvicorn, loaded by the spec beside it. */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { parse, stringify } from "yaml";
import { testNeeding } from "../support/needs.ts";
import { startProcess } from "../support/processes.ts";
import { HAS_PYTHON, PYTHON_NEED, pythonVenv } from "../support/python-venv.ts";
import { runCli } from "../support/run-cli.ts";
import { summaryIn } from "../support/summary.ts";
import { tempDir } from "../support/temp-dir.ts";

const EXAMPLE = join(import.meta.dirname, "../../examples/fastapi");

/** Making the Python environment on first use takes a minute or two. */
const TIMEOUT_MS = 400_000;

/** The app as it is, but for a model that takes 3 s more to load: as long as a real one, whatever this machine. */
const SLOW_APP = `
import time
import app as example

load = example.model.load
example.model.load = lambda: (time.sleep(3), load())
app = example.app
`;

/** The example as it is, but shorter and against `url`. */
function copyExample(url: string): string {
  const dir = tempDir();
  cpSync(join(EXAMPLE, "sentences.txt"), join(dir, "sentences.txt"));
  const spec = parse(readFileSync(join(EXAMPLE, "plimsoll.yaml"), "utf8"));
  const profiles = { ramp_up: [6, "2/s", "4s"], sustained: [6, "10/s", "3s"], spike: [8, "25/s", "2s"] };
  for (const [name, [users, spawn, length]] of Object.entries(profiles))
    spec.profiles[name] = { ...spec.profiles[name], users, spawn, for: length };
  spec.profiles.steady.for = "3s";
  writeFileSync(join(dir, "plimsoll.yaml"), stringify({ ...spec, target: url }));
  return dir;
}

describe("examples/fastapi", () => {
  testNeeding(HAS_PYTHON, PYTHON_NEED)(
    "waits until the model is ready, and then no request fails",
    { timeout: TIMEOUT_MS },
    async () => {
      const bin = await pythonVenv("fastapi-venv", join(EXAMPLE, "requirements.txt"));
      const appDir = tempDir();
      writeFileSync(join(appDir, "slow_app.py"), SLOW_APP);
      const args = ["--app-dir", appDir, "slow_app:app", "--port", "0"];
      const app = await startProcess(join(bin, "uvicorn"), args, {
        ready: /running on (http:\/\/[\d.:]+)/,
        env: { PYTHONPATH: EXAMPLE, PYTHONDONTWRITEBYTECODE: "1", PYTHONUNBUFFERED: "1" },
      });
      try {
        // It listens before its model is loaded, and says so; the run below starts in that time.
        const early = await fetch(`${app.url}/health`);
        expect([early.status, await early.json()]).toEqual([503, { status: "not_ready" }]);
        const dir = copyExample(app.url);
        const run = await runCli(["run", "--seed", "3"], { cwd: dir });
        expect(run.code, run.stdout + run.stderr).toBeOneOf([0, 3]);
        const { profiles } = summaryIn(join(dir, "results"));
        expect(profiles.map(({ name }: { name: string }) => name)).toEqual(["ramp_up", "sustained", "spike", "steady"]);
        for (const { name, arrivals } of profiles) {
          expect(arrivals.completed, name).toBeGreaterThan(20);
          expect([name, arrivals.failed, arrivals.inFlightAtEnd]).toEqual([name, 0, 0]);
        }
        expect(await (await fetch(`${app.url}/health`)).json()).toMatchObject({ status: "healthy", dimensions: 384 });
      } finally {
        await app.stop();
      }
    },
  );
});
