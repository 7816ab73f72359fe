import { execFile, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const CACHE = join(import.meta.dirname, "../../.cache");
const run = promisify(execFile);

/** For `testNeeding`: can virtual environments be made here, and what to install where they cannot. */
export const HAS_PYTHON = spawnSync("python3", ["-c", "import venv, ensurepip"]).status === 0;
export const PYTHON_NEED = "Python 3.10 or later with venv (Debian: apt-get install python3 python3-venv)";

/**
 * The `bin` folder of a Python environment that holds what `requirements` lists: made on first use under `.cache/`,
 * made anew when the list changes.
 */
export async function pythonVenv(name: string, requirements: string): Promise<string> {
  const dir = join(CACHE, name);
  const stamp = join(dir, "requirements.sha256");
  const wanted = createHash("sha256").update(readFileSync(requirements)).digest("hex");
  const isMade = existsSync(stamp) && readFileSync(stamp, "utf8") === wanted;
  if (!isMade) {
    rmSync(dir, { recursive: true, force: true });
    mkdirSync(CACHE, { recursive: true });
    await run("python3", ["-m", "venv", dir]);
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements];
    await run(join(dir, "bin", "python"), pip);
    writeFileSync(stamp, wanted);
  }
  return join(dir, "bin");
}
