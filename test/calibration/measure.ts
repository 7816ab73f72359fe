import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { csvRows } from "../support/csv-rows.ts";
import { runCli } from "../support/run-cli.ts";
import { summaryIn } from "../support/summary.ts";
import { tempDir } from "../support/temp-dir.ts";
import { writeSpec } from "../support/write-spec.ts";
import { SEED } from "./lane.ts";

/** A target that keeps books of its own. */
export interface CountingTarget {
  readonly url: string;
  /** Requests that it has read so far. */
  receivedCount(): Promise<number>;
}

export interface Measuring {
  readonly profile: object;
  readonly thresholds?: readonly string[];
  readonly drain?: string;
  readonly maxConnections?: number;
  /** Where rows of single requests go. */
  readonly raw?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Another Node than this one. */
  readonly node?: string;
  readonly onStart?: (child: ChildProcess) => void;
}

export type Measured = Awaited<ReturnType<typeof measure>>;

/**
 * One run against the target, whose books must balance: planned = sent + dropped; sent = completed + failed + in flight =
 * the target's own count; and the CSV files, the journal and the summary tell the same.
 */
export async function measure(target: CountingTarget, { profile, raw, env, node, onStart, ...more }: Measuring) {
  const dir = tempDir();
  const out = join(dir, "out");
  const spec = { target: target.url, tasks: { ask: { get: "/" } }, profiles: { only: profile }, ...more };
  const rows = raw === undefined ? [] : ["--raw", raw];
  const run = await runCli(["run", writeSpec(dir, spec), "--seed", String(SEED), "--out", out, ...rows], {
    ...(env === undefined ? {} : { env }),
    ...(node === undefined ? {} : { node }),
    ...(onStart === undefined ? {} : { onStart }),
  });
  expect([0, 1, 3], run.stderr).toContain(run.code);
  const summary = summaryIn(out);
  const [measured] = summary.profiles;
  const { planned, sent, completed, failed, inFlightAtEnd, dropped } = measured.arrivals;
  expect([sent + dropped, completed + failed + inFlightAtEnd]).toEqual([planned, sent]);
  expect(await target.receivedCount(), "requests by the target's own count").toBe(sent);
  expect(journalTotals(out), "the journal").toEqual({ planned, sent, completed, failed, dropped });
  expect(csvTotals(out), "the CSV files").toEqual({ requests: completed + failed, failures: failed });
  return { run, summary, measured, task: measured.tasks.at(-1) };
}

/** Sums of the seconds, read as `docs/journal.md` says and with nothing of ours. */
function journalTotals(out: string): Record<string, number> {
  const sums = { planned: 0, sent: 0, completed: 0, failed: 0, dropped: 0 };
  for (const line of readFileSync(join(out, "run.plj"), "utf8").trimEnd().split("\n")) {
    const record = JSON.parse(line.slice(9));
    if (record.k !== "d") continue;
    for (const task of Object.values<Record<string, number>>(record.tasks)) {
      for (const key of ["planned", "sent", "completed", "failed"] as const) sums[key] += task[key] ?? 0;
      sums.dropped += Object.values(task["dropped"] ?? {}).reduce((sum, count) => sum + count, 0);
    }
  }
  return sums;
}

function csvTotals(out: string): Record<string, number> {
  const total = csvRows(join(out, "only_stats.csv")).at(-1)!;
  const last = csvRows(join(out, "only_stats_history.csv")).at(-1)!;
  const told = { requests: Number(total["Request Count"]), failures: Number(total["Failure Count"]) };
  const history = { requests: Number(last["Total Request Count"]), failures: Number(last["Total Failure Count"]) };
  expect(history, "the history's last row").toEqual(told);
  const byError = csvRows(join(out, "only_failures.csv")).map((row) => Number(row["Occurrences"]));
  expect(
    byError.reduce((sum, count) => sum + count, 0),
    "failures by error",
  ).toBe(told.failures);
  return told;
}

/** Codes of findings that tell of what the target did with its time. */
const ACCUSATIONS: readonly string[] = ["server-stop", "long-tail"];

/** Exit code 3, and nothing that is laid at the target's door. */
export function expectOwnFault({ run, summary, measured }: Measured): void {
  expect([run.code, summary.verdict, measured.generator.health], run.stdout).toEqual([3, "inconclusive", "invalid"]);
  expect(measured.generator.reasons).not.toEqual([]);
  for (const { verdict } of summary.thresholds) expect(verdict).toBe("inconclusive");
  expect(measured.arrivals.failed, "errors of the target").toBe(0);
  expect(
    summary.findings.filter(({ code }: { readonly code: string }) => ACCUSATIONS.includes(code)),
    "stops of the target, or a tail of its own",
  ).toEqual([]);
}
