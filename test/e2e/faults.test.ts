/** Every fault that `plimsoll simulate` can play, met by the built tool: the run goes on, ends, and names each. */

import { describe, expect, test } from "vitest";
import type { ErrorKind } from "../../packages/plimsoll/src/base/outcome.ts";
import { FAULTS, type FaultKind, isFaultKind } from "../../packages/plimsoll/src/simulate/fault-kind.ts";
import { filesUnder } from "../support/files-under.ts";
import { recordsIn } from "../support/journal-records.ts";
import { runCli } from "../support/run-cli.ts";
import { startSimulatedTarget } from "../support/simulated-target.ts";
import { summaryIn } from "../support/summary.ts";
import { tempDir } from "../support/temp-dir.ts";
import { writeSpec } from "../support/write-spec.ts";

/** What a request for the right JSON comes to, by both clients. `die` ends the target: see its own test. */
const COMES_TO: Readonly<Record<FaultKind, ErrorKind>> = {
  reset: "reset",
  "reset-mid-body": "reset",
  "early-fin": "truncated",
  die: "truncated",
  "truncated-chunked": "truncated",
  "bad-chunk-size": "protocol",
  // As long as it says, and so whole, but no JSON; what is left over is nobody's answer.
  "wrong-length-short": "bad-body",
  "wrong-length-long": "timeout",
  "slow-body": "timeout",
  "endless-body": "too-large",
  "huge-body": "too-large",
  // Below the limit as it comes, and never unpacked.
  "gzip-bomb": "bad-body",
  "huge-header": "too-large",
  garbage: "protocol",
  silence: "timeout",
  "error-in-200": "expectation",
  "invalid-utf8": "expectation",
  "redirect-loop": "http-3xx",
  "redirect-elsewhere": "http-3xx",
  "sse-without-done": "bad-body",
  "sse-error": "bad-body",
  "sse-endless": "too-large",
  "sse-endless-line": "too-large",
};

const ALL = Object.keys(FAULTS).filter(isFaultKind);
const SURVIVED = ALL.filter((fault) => fault !== "die");
/** What never ends by itself, or unpacks to what does not fit. */
const VAST = ["endless-body", "huge-body", "gzip-bomb", "huge-header", "sse-endless", "sse-endless-line"] as const;
const EXPECTED = { status: 200, json: { "$.data": "x".repeat(53) } };
const USERS = 20;
/** For 3 s of load and what is still in flight then, on a machine that others use too. */
const MOST_RUN_MS = 20_000;

interface ErrorCount {
  readonly kind: string;
  readonly count: number;
}

interface Load {
  readonly faults: readonly FaultKind[];
  readonly profile: object;
  readonly goodWeight: number;
  readonly more?: object;
  readonly args?: readonly string[];
}

/** Runs the faults and good requests in one mix, against a target of its own. */
async function meet({ faults, profile, goodWeight, more, args = [] }: Load) {
  const out = tempDir();
  const tasks = faults.map((fault) => [fault, { get: `/fault/${fault}`, expect: EXPECTED }]);
  const target = await startSimulatedTarget([]);
  const spec = {
    target: target.url,
    tasks: { ...Object.fromEntries(tasks), good: { get: "/good", weight: goodWeight, expect: EXPECTED } },
    profiles: { met: profile },
    thresholds: ["errors < 1%"],
    timeout: "2s",
    drain: "5s",
    maxBody: "2MiB",
    ...more,
  };
  const startedMs = performance.now();
  const run = await runCli(["run", writeSpec(tempDir(), spec), "--seed", "3", "--out", out, ...args]);
  return { target, run, out, tookMs: performance.now() - startedMs, profile: summaryIn(out).profiles[0] };
}

type Met = Awaited<ReturnType<typeof meet>>;

/** What the generator may never say of itself because of a target: that it was short of a core is the machine's doing. */
const BLAMED_ON_ITSELF = /reopened|never sent|sent beyond/;

/** It ended by itself, in time, with a verdict on the target, and lost nothing. */
function expectSound({ run, out, tookMs, profile }: Met): void {
  const { health, reasons } = profile.generator;
  expect([run.code, run.signal], run.stderr).toEqual([health === "invalid" ? 3 : 1, null]);
  expect(reasons.join(" ")).not.toMatch(BLAMED_ON_ITSELF);
  expect(run.stderr).not.toMatch(/\[BUG\]|unhandled|uncaught|^\s+at .*:\d+:\d+/im);
  expect(tookMs).toBeLessThan(MOST_RUN_MS);
  const { planned, sent, completed, failed, inFlightAtEnd, dropped } = profile.arrivals;
  expect([sent, completed + failed, inFlightAtEnd, dropped]).toEqual([planned, planned, 0, 0]);
  expect(filesUnder(out).has("report.html")).toBe(true);
}

function task({ profile }: Met, name: string) {
  return profile.tasks.find((each: { readonly name: string }) => each.name === name);
}

function kindsOf(met: Met, name: string): readonly string[] {
  return [...new Set<string>(task(met, name).errors.map(({ kind }: ErrorCount) => kind))];
}

function peakRssBytes({ out }: Met): number {
  const seconds = recordsIn(out).filter(({ k }) => k === "d");
  expect(seconds.length).toBeGreaterThan(1);
  return Math.max(...seconds.map(({ gen }) => gen.rssBytes));
}

/**
 * Without any fault a run takes about 100 MB; each of 20 bodies of at most 2 MiB is kept for its check, and copied while
 * it grows. Undici leaves a buffer for each read besides, until they are collected.
 */
describe.each([
  ["http1", 260e6],
  ["undici", 400e6],
])("by %s", (transport, mostRssBytes) => {
  const args = ["--transport", transport];

  test("every fault is named by its kind, and the good requests between them go well", async () => {
    const profile = { rate: "80/s", arrivals: "constant", for: "3s" };
    const met = await meet({ faults: SURVIVED, profile, goodWeight: 8, args });
    expectSound(met);
    for (const fault of SURVIVED) {
      const { requests, failures } = task(met, fault);
      expect(requests, fault).toBeGreaterThan(0);
      expect([fault, failures, ...kindsOf(met, fault)]).toEqual([fault, requests, COMES_TO[fault]]);
    }
    expect(task(met, "good").requests).toBeGreaterThan(40);
    expect(kindsOf(met, "good")).toEqual([]);
    // Nothing was sent twice or anywhere else, where a redirect would lead least of all.
    const { paths } = await met.target.truth();
    const names = [...SURVIVED.map((fault) => [`/fault/${fault}`, fault] as const), ["/good", "good"] as const];
    const received = Object.entries(paths).map(([path, truth]) => [path, truth.received]);
    expect(Object.fromEntries(received)).toEqual(
      Object.fromEntries(names.map(([path, name]) => [path, task(met, name).requests])),
    );
    // What was no text is shown as such, and what is shown is text.
    expect(task(met, "invalid-utf8").errors[0].message).toContain("\ufffd");
  });

  test("what never ends is cut off at the limit: many at a time take no more memory", async () => {
    const profile = { users: USERS, for: "2s", think: "20ms" };
    const met = await meet({ faults: VAST, profile, goodWeight: 2, args });
    expectSound(met);
    expect(peakRssBytes(met)).toBeLessThan(mostRssBytes);
    for (const fault of VAST) {
      // On a busy machine some are cut off by time before they are by size.
      const kinds = kindsOf(met, fault);
      expect(kinds, fault).toContain(COMES_TO[fault]);
      expect([COMES_TO[fault], "timeout"], fault).toEqual(expect.arrayContaining([...kinds]));
      expect(task(met, fault).requests, fault).toBeGreaterThan(2);
    }
    expect(task(met, "good").arrivals.completed).toBeGreaterThan(0);
  });

  test("a target that dies is truncated once, and refuses from there on while the schedule goes on", async () => {
    const profile = { rate: "40/s", arrivals: "constant", for: "2s" };
    const met = await meet({ faults: ["die"], profile, goodWeight: 20, args });
    expectSound(met);
    expect(met.profile.arrivals.planned).toBe(80);
    const { completed, sent } = task(met, "good").arrivals;
    expect([completed > 3, sent - completed > 3], `${completed} of ${sent}`).toEqual([true, true]);
    // The system may still take a connection while it buries the process; that one is reset.
    const counts = new Map<string, number>();
    for (const { kind, count } of met.profile.tasks.at(-1).errors) counts.set(kind, (counts.get(kind) ?? 0) + count);
    const { [COMES_TO.die]: truncated, reset = 0, "connect-refused": refused, ...others } = Object.fromEntries(counts);
    expect([truncated, others]).toEqual([1, {}]);
    expect(reset).toBeLessThanOrEqual(2);
    expect(refused).toBe(sent - completed + task(met, "die").requests - 1 - reset);
    expect(task(met, "die").failures).toBe(task(met, "die").requests);
  });

  test("redirects are followed where that is asked for: five times, and never to another origin", async () => {
    const profile = { rate: "20/s", arrivals: "constant", for: "1s" };
    const faults = ["redirect-loop", "redirect-elsewhere"] as const;
    const met = await meet({ faults, profile, goodWeight: 1, more: { redirects: "same-origin" }, args });
    expectSound(met);
    const received = Object.entries((await met.target.truth()).paths).map(([path, truth]) => [path, truth.received]);
    const [loop, elsewhere, good] = [...faults, "good"].map((name) => task(met, name).requests);
    expect(Object.fromEntries(received)).toEqual({
      "/fault/redirect-loop": 6 * loop,
      "/fault/redirect-elsewhere": elsewhere,
      "/good": good,
    });
    expect([loop > 2, elsewhere > 2, good > 2]).toEqual([true, true, true]);
    for (const fault of faults) expect([fault, ...kindsOf(met, fault)]).toEqual([fault, "http-3xx"]);
  });
});
