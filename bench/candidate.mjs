/** The built `plimsoll` under test: its own copy, so that a build meanwhile does not change it; and its runs. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { measureProcess } from "./measured-process.mjs";

const root = join(import.meta.dirname, "..");
/** Within the checkout, so that what the build leaves outside (esbuild, undici) is found. */
const copies = join(root, ".cache/bench/candidate");
const VERDICTS = [0, 1, 3];
const START_AND_REPORT_MS = 20_000;
/** By then V8 has compiled what sends: on a single core that takes turns with sending itself. */
export const WARM_AFTER_S = 3;

/** Builds, unless told not to, and takes a copy. */
export function prepareCandidate({ isBuilt }) {
  if (!isBuilt)
    execFileSync("npm", ["run", "--silent", "build"], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  rmSync(copies, { recursive: true, force: true });
  return copyOf("plimsoll");
}

/** A candidate whose requests are answered within its own process, at once: what is left is the engine. */
export async function prepareNullCandidate() {
  const folder = copyOf("plimsoll-null");
  const source = join(root, "packages/plimsoll/src");
  await build({
    entryPoints: [join(source, "fleet/load-thread.ts")],
    outfile: join(folder, "dist/load-thread.js"),
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    external: ["esbuild", "undici"],
    plugins: [
      {
        name: "null transport",
        setup: ({ onResolve }) =>
          onResolve({ filter: /\/http1-transport\.ts$/ }, () => ({
            path: join(import.meta.dirname, "servers/null-transport.mjs"),
          })),
      },
    ],
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    logLevel: "error",
  });
  return folder;
}

function copyOf(name) {
  const folder = join(copies, name);
  mkdirSync(folder, { recursive: true });
  for (const part of ["bin", "dist", "package.json"])
    cpSync(join(root, "packages/plimsoll", part), join(folder, part), { recursive: true });
  return folder;
}

/**
 * `plimsoll run` of a spec, whole: what it cost, and what it says of its own.
 *
 * @param {{ candidate: string, folder: string, spec: object, targetPids: readonly number[], threads?: number, core?: string }} run
 */
export async function runPlimsoll(run) {
  const specPath = join(run.folder, "spec.json");
  const outDir = join(run.folder, "results");
  writeFileSync(specPath, JSON.stringify(run.spec));
  rmSync(outDir, { recursive: true, force: true });
  const threads = ["--threads", String(run.threads ?? 1)];
  const program = join(run.candidate, "bin/plimsoll.js");
  const measured = await measureProcess({
    command: process.execPath,
    args: [program, "run", specPath, "--out", outDir, "--quiet", "--seed", "7", ...threads, ...(run.flags ?? [])],
    targetPids: run.targetPids,
    timeoutMs: START_AND_REPORT_MS + Number.parseFloat(Object.values(run.spec.profiles)[0].for) * 2000,
    ...(run.core === undefined ? {} : { core: run.core }),
  });
  if (!VERDICTS.includes(measured.code)) throw new Error(`plimsoll run ended with ${measured.code}: ${measured.err}`);
  const [profile] = JSON.parse(readFileSync(join(outDir, "summary.json"), "utf8")).profiles;
  const all = profile.tasks.at(-1);
  return {
    ...measured,
    profile,
    requests: profile.arrivals.completed,
    failed: profile.arrivals.failed + profile.arrivals.dropped,
    perSec: profile.arrivals.completed / (profile.durationMs / 1000),
    responseMs: all.responseMs,
    sendLagMs: profile.generator.sendLagMs,
    ...steadySeconds(outDir, profile.durationMs / 1000),
  };
}

/** From the journal, without the first and the last second of the phase: medians and the highest memory. */
function steadySeconds(outDir, durationS) {
  const seconds = readFileSync(join(outDir, "run.plj"), "utf8")
    .split("\n")
    .filter((line) => line.length > 0)
    .map((line) => JSON.parse(line.slice(9)))
    .filter(({ k, sec }) => k === "d" && sec < durationS);
  const steady = seconds.slice(1, -1);
  const completedIn = ({ tasks }) => Object.values(tasks).reduce((sum, task) => sum + task.completed, 0);
  const middle = (values) => values.sort((a, b) => a - b)[values.length >> 1];
  return {
    steadyCpuRatio: middle(steady.map(({ gen }) => gen.cpuRatio)),
    steadyCpuUs: middle(steady.map((second) => (second.gen.cpuRatio * 1e6) / completedIn(second))),
    steadyPerSec: middle(steady.map(completedIn)),
    loadRssMiB: Math.max(...seconds.map(({ gen }) => gen.rssBytes)) / 2 ** 20,
    mostSockets: Math.max(...seconds.map(({ gen }) => gen.socketCount)),
    warmLagP99Ms: quantileMs(
      seconds.filter(({ sec }) => sec >= WARM_AFTER_S).flatMap(({ lag }) => lag),
      0.99,
    ),
  };
}

/** Of buckets as docs/journal.md has them: bucket i stands for 2γⁱ ÷ (γ + 1) µs. */
function quantileMs(buckets, ratio) {
  const gamma = 1.005 / 0.995;
  const sorted = [...buckets].sort(([a], [b]) => a - b);
  const rank = ratio * sorted.reduce((sum, [, count]) => sum + count, 0);
  let below = 0;
  const [bucket] = sorted.find(([, count]) => {
    below += count;
    return below >= rank;
  }) ?? [Number.NaN];
  return (2 * gamma ** bucket) / (gamma + 1) / 1000;
}
