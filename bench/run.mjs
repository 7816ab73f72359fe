/**
 * Measures `plimsoll run`, as built, side by side with its peers, and holds it against its targets.
 *
 *     npm run bench                     every row, then bench/RESULTS.md is written; about ten minutes
 *     npm run bench -- closed tls       these rows only, printed; `micro`: what single parts cost
 *     npm run bench -- micro --check    fails where a part costs more than bench/budgets.json allows
 *     npm run bench -- micro --budgets  writes that file anew, twice what is measured now
 *
 * Options: --rounds 3, --seconds 5 (10 at least for the closed loop), --force (on a busy machine; the results are marked), --no-build.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { prepareCandidate } from "./candidate.mjs";
import { describeMachine, unquietReasons, whatIsMissing } from "./machine.mjs";
import { runMicro } from "./micro.mjs";
import { missingPeers, peerVersions } from "./peers.mjs";
import { renderResults, renderRow, renderTargets } from "./results.mjs";
import { ROWS } from "./rows.mjs";
import { startNginx } from "./target.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "5" },
    force: { type: "boolean", default: false },
    check: { type: "boolean", default: false },
    budgets: { type: "boolean", default: false },
    "no-build": { type: "boolean", default: false },
  },
});
process.exitCode = (await main()) || process.exitCode;

async function main() {
  const known = [...ROWS.map((row) => row.name), "micro"];
  const unknown = positionals.filter((name) => !known.includes(name));
  if (unknown.length > 0) return refuse(`there is no row ${unknown.join(", ")}; there are ${known.join(", ")}`);
  const missing = whatIsMissing();
  if (missing !== undefined) return refuse(`the benchmark ${missing}`);
  const unquiet = await unquietReasons();
  if (unquiet.length > 0 && !values.force)
    return refuse(`the machine is not quiet: ${unquiet.join("; ")}. Wait, or give --force to have the results marked.`);
  const isWanted = (name) => positionals.length === 0 || positionals.includes(name);
  const rows = await runRows(ROWS.filter((row) => isWanted(row.name)));
  const micro = isWanted("micro")
    ? await runMicro({ isChecked: values.check, isBudgetSet: values.budgets })
    : undefined;
  if (micro !== undefined) rows.push(printed(micro.row));
  if (positionals.length === 0) writeResults(rows, unquiet);
  return micro?.isOver === true ? 1 : 0;
}

async function runRows(wanted) {
  if (wanted.length === 0) return [];
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-bench-"));
  let nginx;
  const stopAll = async () => {
    await nginx?.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  process.once("SIGINT", () => void stopAll().then(() => process.exit(130)));
  try {
    const candidate = prepareCandidate({ isBuilt: values["no-build"] });
    nginx = await startNginx(folder);
    const bench = {
      candidate,
      folder,
      nginx,
      rounds: Number(values.rounds),
      seconds: Number(values.seconds),
      onMeasured: (name, { requests, cpuUs }) =>
        process.stderr.write(
          `  ${name}: ${requests} requests, ${(cpuUs / requests).toFixed(2)} µs of CPU each, all told\n`,
        ),
    };
    const done = [];
    for (const row of wanted) done.push(await runRow(row, bench));
    return done;
  } finally {
    await stopAll();
  }
}

async function runRow({ name, title, run }, bench) {
  process.stderr.write(`${name}: ${title}\n`);
  const startMs = performance.now();
  const result = await run(bench).catch((error) => {
    process.stderr.write(`${name} failed: ${error.message}\n`);
    process.exitCode = 1;
    return failedResult(error);
  });
  return printed({ name, title, result, seconds: Math.round((performance.now() - startMs) / 1000) });
}

/** One row that cannot be measured does not cost the others. */
function failedResult(error) {
  const [why] = error.message.split("\n");
  const targets = [{ what: "the row", limit: "measured", measured: why, isMet: false }];
  return { table: { head: ["failed"], rows: [[why]] }, targets, notes: [], foreignRatio: undefined };
}

function printed(row) {
  process.stdout.write(`${renderRow(row)}\n\n${renderTargets(row.result.targets)}\n\n`);
  return row;
}

function writeResults(rows, unquiet) {
  const text = renderResults({
    date: new Date().toISOString().slice(0, 16).replace("T", " ").concat(" UTC"),
    command: ["npm run bench", ...(process.argv.length > 2 ? ["--", ...process.argv.slice(2)] : [])].join(" "),
    machine: describeMachine(),
    peers: peerVersions(),
    missing: missingPeers(),
    unquiet,
    rows,
  });
  const path = join(import.meta.dirname, "RESULTS.md");
  writeFileSync(path, text);
  process.stdout.write(`written to bench/RESULTS.md\n`);
}

function refuse(why) {
  process.stderr.write(`${why}\n`);
  return 2;
}
