/**
 * How late each way of waking up is, and what it costs: Node's timer, a metronome thread, spinning; interleaved.
 * node bench/alarm-lag.mjs [--rounds 3] [--seconds 2]
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "3" }, seconds: { type: "string", default: "2" } },
});
const seconds = Number(values.seconds);
const engine = join(import.meta.dirname, "../packages/plimsoll/src/engine");
const dir = await mkdtemp(join(tmpdir(), "plimsoll-bench-"));
await build({
  entryPoints: ["metronome-alarm.ts", "metronome-thread.ts"].map((name) => join(engine, name)),
  outdir: dir,
  bundle: true,
  format: "esm",
  platform: "node",
  outExtension: { ".js": ".mjs" },
});
const { createMetronomeAlarm } = await import(pathToFileURL(join(dir, "metronome-alarm.mjs")).href);

const clock = { nowMs: () => performance.now() };
/** Sleeps by Node's own timer, and once more where it fired a fraction of a ms early. */
const timer = () => {
  let handle;
  const set = (atMs, ring) => {
    const waitMs = Math.max(1, Math.floor(atMs - clock.nowMs()));
    handle = setTimeout(() => (clock.nowMs() < atMs ? set(atMs, ring) : ring()), waitMs);
  };
  return { set, clear: () => clearTimeout(handle) };
};
const spinning = () => {
  let isCancelled = () => {};
  return {
    set: (atMs, ring) => {
      let isLive = true;
      isCancelled = () => {
        isLive = false;
      };
      const spin = () => {
        if (!isLive) return;
        if (clock.nowMs() >= atMs) ring();
        else setImmediate(spin);
      };
      setImmediate(spin);
    },
    clear: () => isCancelled(),
  };
};
const WAYS = {
  timer,
  metronome: () => createMetronomeAlarm(clock, pathToFileURL(join(dir, "metronome-thread.mjs"))),
  spinning,
};

/** Rings at an even rate, each set when the last has rung; lags in ms, CPU as a ratio of one core. */
async function measure(way, ratePerSec) {
  const alarm = WAYS[way]();
  await new Promise((resolve) => setTimeout(resolve, 200));
  const lags = [];
  const startMs = performance.now();
  const cpu = process.cpuUsage();
  await new Promise((resolve) => {
    let k = 1;
    const next = () => {
      const dueMs = startMs + (k * 1000) / ratePerSec;
      if (dueMs > startMs + seconds * 1000) return resolve();
      alarm.set(dueMs, () => {
        lags.push(performance.now() - dueMs);
        k++;
        next();
      });
    };
    next();
  });
  const used = process.cpuUsage(cpu);
  const cpuRatio = (used.user + used.system) / 1000 / (performance.now() - startMs);
  alarm.clear();
  await alarm.close?.();
  lags.sort((a, b) => a - b);
  const at = (ratio) => lags[Math.min(lags.length - 1, Math.floor(ratio * lags.length))];
  return { way, ratePerSec, p50: at(0.5), p99: at(0.99), max: lags.at(-1), cpuPercent: cpuRatio * 100 };
}

const results = [];
for (let round = 0; round < Number(values.rounds); round++)
  for (const ratePerSec of [100, 1000])
    for (const way of Object.keys(WAYS)) results.push(await measure(way, ratePerSec));
await rm(dir, { recursive: true, force: true });

const median = (list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)];
console.log(`node ${process.version}; medians of ${values.rounds} rounds of ${seconds} s, ms and % of one core`);
for (const ratePerSec of [100, 1000])
  for (const way of Object.keys(WAYS)) {
    const rows = results.filter((row) => row.way === way && row.ratePerSec === ratePerSec);
    const figure = (key) =>
      median(rows.map((row) => row[key]))
        .toFixed(3)
        .padStart(8);
    console.log(
      `${String(ratePerSec).padStart(5)}/s ${way.padEnd(10)} p50 ${figure("p50")} p99 ${figure("p99")} max ${figure("max")} cpu ${figure("cpuPercent")}`,
    );
  }
process.exit(0);
