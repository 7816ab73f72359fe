/** What machine the numbers come from, and whether it is quiet enough to measure on. */
import { execFile, execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, release, totalmem } from "node:os";
import { promisify } from "node:util";

const MOST_LOAD_PER_CORE = 0.7;
const MOST_SPIN_SPREAD = 0.15;
/** Beyond this share of one core used by strangers a round proves nothing. */
const MOST_FOREIGN_RATIO = 0.1;
export const GENERATOR_CORE = "0";
export const TARGET_CORE = "1";

const run = promisify(execFile);
const TICKS_PER_SEC = existsSync("/proc/stat") ? Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" })) : 0;

/** Why nothing can be measured here at all; undefined when it can. */
export function whatIsMissing() {
  if (process.platform !== "linux") return "needs Linux: CPU times are read from /proc";
  if (availableParallelism() < 2) return "needs two cores: one for the generator, one for the target";
  const missing = ["taskset", "nginx", "cc", "openssl"].filter((name) => pathOf(name) === undefined);
  return missing.length > 0 ? `needs ${missing.join(", ")} on PATH` : undefined;
}

/** Where a program is: on PATH, or put by hand into .cache/bench. */
export function pathOf(name) {
  const cache = `${import.meta.dirname}/../.cache/bench`;
  const folders = [
    ...(process.env["PATH"] ?? "").split(":"),
    "/usr/sbin",
    `${cache}/bin`,
    `${cache}/venv/bin`,
    `${cache}/npm/node_modules/.bin`,
  ];
  return folders.map((folder) => `${folder}/${name}`).find((path) => existsSync(path));
}

/** Lines for the results. */
export function describeMachine() {
  const nginx = execFileSync("sh", ["-c", `${pathOf("nginx")} -v 2>&1`], { encoding: "utf8" });
  return [
    `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}`,
    `node ${process.version}, ${nginx.trim().replace("nginx version: ", "")}`,
  ];
}

/** Reasons not to measure now; none when the machine is quiet. */
export async function unquietReasons() {
  const reasons = [];
  const load = loadavg()[0] / availableParallelism();
  if (load > MOST_LOAD_PER_CORE)
    reasons.push(`the load average is ${load.toFixed(2)} a core (at most ${MOST_LOAD_PER_CORE})`);
  for (const core of [GENERATOR_CORE, TARGET_CORE]) {
    const spread = await spinSpread(core);
    if (spread > MOST_SPIN_SPREAD)
      reasons.push(
        `the same work takes times that vary by ${Math.round(100 * spread)} % on core ${core} (at most 15 %)`,
      );
  }
  return reasons;
}

/** Whether others used so much of the machine meanwhile that what was measured proves nothing. */
export function isDisturbed({ foreignRatio }) {
  return foreignRatio !== undefined && foreignRatio > MOST_FOREIGN_RATIO;
}

/** How much the time for the same work varies on a core: (p90 − p10) ÷ p50. */
async function spinSpread(core) {
  const { stdout } = await run("taskset", ["-c", core, process.execPath, "-e", `(${spin})()`]);
  const { p10, p50, p90 } = JSON.parse(stdout);
  return (p90 - p10) / p50;
}

function spin() {
  const times = [];
  for (let round = 0; round < 60; round++) {
    const startMs = performance.now();
    let x = round;
    for (let i = 0; i < 3_000_000; i++) x = (Math.imul(x, 1_664_525) + 1_013_904_223) | 0;
    if (x !== 0.5) times.push(performance.now() - startMs);
  }
  const sorted = times.slice(10).sort((a, b) => a - b);
  console.log(JSON.stringify({ p10: sorted[5], p50: sorted[25], p90: sorted[45] }));
}

/** CPU µs of our own children that have ended, and of theirs (proc(5), fields 16 and 17). */
export function endedChildrenCpuUs() {
  const [, , childUser, childSystem] = cpuFields("self");
  return ((childUser + childSystem) / TICKS_PER_SEC) * 1e6;
}

/** CPU µs of one living process. */
export function processCpuUs(pid) {
  const [user, system] = cpuFields(pid);
  return ((user + system) / TICKS_PER_SEC) * 1e6;
}

function cpuFields(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return fields.slice(11, 15).map(Number);
}

/** CPU µs that the whole machine has been busy, the hypervisor's thefts included. */
export function machineBusyUs() {
  const [user, nice, system, , , irq, softirq, steal] = readFileSync("/proc/stat", "utf8")
    .split("\n", 1)[0]
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return ((user + nice + system + irq + softirq + steal) / TICKS_PER_SEC) * 1e6;
}
