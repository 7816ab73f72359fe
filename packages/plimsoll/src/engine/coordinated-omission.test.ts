/** A target that stops 10 s in every 100, on a virtual clock: what an open loop sees, and what users who wait do not. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { compileTasks } from "../plan/compiled-task.ts";
import { mergeBuckets, quantileUs } from "../records/latency-histogram.ts";
import type { Buckets } from "../records/second.ts";
import { parseSpec } from "../spec/parse-spec.ts";
import { PhaseRun } from "./phase-run.ts";
import { VirtualWorld } from "./virtual-world.ts";

interface Row {
  readonly stallS: number;
  readonly periodS: number;
  readonly p: number;
  /** Seconds, without the time of service. */
  readonly fromSchedule: number;
}
const url = new URL("../../../../test/fixtures/statistics/checks.json", import.meta.url);
const { omission }: { readonly omission: readonly Row[] } = JSON.parse(readFileSync(url, "utf8"));
const { stallS, periodS } = omission[0]!;

const SERVICE_MS = 10;
const STALL_FROM_MS = (1000 * (periodS - stallS)) / 2;
const STALL_TO_MS = STALL_FROM_MS + 1000 * stallS;

/** Response times, from the scheduled start, of one period of this load. */
async function responsesOf(profile: object): Promise<Buckets> {
  const value = { target: "http://127.0.0.1:1", tasks: { ask: { get: "/" } }, profiles: { p: profile } };
  const spec = parseSpec(
    { kind: "value", file: "test", value },
    { env: {}, readFile: () => ({ kind: "problem", message: "none" }) },
  );
  // Whatever comes while it stands still is answered as soon as it goes on.
  const world = new VirtualWorld((_, atMs) => ({
    afterMs: Math.max(SERVICE_MS, atMs >= STALL_FROM_MS && atMs < STALL_TO_MS ? STALL_TO_MS - atMs : 0),
  }));
  const compiled = compileTasks(spec, { resolve: () => undefined, userAgent: "test" });
  const context = world.context(compiled, {
    connectionCap: { count: 5000, reason: "connection-cap" },
    drainMs: 20_000,
  });
  const run = new PhaseRun(context, spec, { index: 0, startAtMs: 0, profile: spec.profiles[0]! });
  await world.run(run.done);
  const cells = world.seconds.flatMap(({ tasks }) => tasks["ask"]?.cells ?? []);
  return cells.reduce<Buckets>((sum, { response }) => mergeBuckets(sum, response), []);
}

describe("from the schedule, as a caller would have waited", () => {
  let responses: Buckets;

  beforeAll(async () => {
    responses = await responsesOf({ rate: "100/s", arrivals: "constant", for: `${periodS}s` });
  });

  test.each(omission)("p = $p is $fromSchedule s", ({ p, fromSchedule }) => {
    const ms = quantileUs(responses, p)! / 1000;
    // The table leaves the service out; arrivals every 10 ms and buckets of 1 % are the rest.
    expect(Math.abs(ms - 1000 * fromSchedule)).toBeLessThan(2 * SERVICE_MS + 0.005 * ms);
  });
});

test("one user who waits for each answer hardly meets the stop: p95 is the service, only the greatest tells", async () => {
  const responses = await responsesOf({ users: 1, for: `${periodS}s` });
  expect(quantileUs(responses, 0.95)! / 1000).toBeCloseTo(SERVICE_MS, 0);
  expect(quantileUs(responses, 1)! / 1000).toBeGreaterThan(0.99 * 1000 * stallS);
});
