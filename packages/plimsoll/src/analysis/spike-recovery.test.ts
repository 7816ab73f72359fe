import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drainReading, fluidDrainMs, type RecoveryWindow, spikeRecovery } from "./spike-recovery.ts";

interface Checks {
  readonly recovery: readonly {
    readonly id: string;
    readonly preMedianMs: readonly number[];
    readonly preInflight: readonly number[];
    readonly postMedianMs: readonly number[];
    readonly postInflight: readonly number[];
    readonly expect: Record<"medianBand" | "inflightBand" | "recoveredS" | "fluidDrainS", number>;
  }[];
}

const url = new URL("../../../../test/fixtures/statistics/checks.json", import.meta.url);
const checks: Checks = JSON.parse(readFileSync(url, "utf8"));

/** Relative 1e-8, as the fixture asks; around 0 absolute. */
function expectNear(actual: number | undefined, wanted: number): void {
  expect(Math.abs((actual ?? Number.NaN) - wanted)).toBeLessThanOrEqual(1e-8 * Math.abs(wanted) + 1e-10);
}

function windows(medians: readonly number[], inFlight: readonly number[]): readonly RecoveryWindow[] {
  return medians.map((medianMs, at) => ({ medianMs, inFlight: inFlight[at] ?? Number.NaN }));
}

describe("spikeRecovery agrees with the oracle", () => {
  for (const { id, preMedianMs, preInflight, postMedianMs, postInflight, expect: wanted } of checks.recovery) {
    test(id, () => {
      const before = windows(preMedianMs, preInflight);
      const found = spikeRecovery({ before, after: windows(postMedianMs, postInflight) });
      expect(found.kind).toBe("recovered");
      if (found.kind !== "recovered") return;
      expectNear(found.bands.medianMs, wanted.medianBand);
      expectNear(found.bands.inFlight, wanted.inflightBand);
      expectNear(found.afterMs, wanted.recoveredS * 1000);
      const [, base, spike, seconds] = /base (\d+) spike (\d+) for (\d+)/.exec(id) ?? [];
      expectNear(fluidDrainMs(Number(base), Number(spike), 80, Number(seconds) * 1000), wanted.fluidDrainS * 1000);
    });
  }
});

interface Queueing {
  readonly fluid: readonly Record<"base" | "spike" | "spikeS" | "capacity" | "backlog" | "drainS", number>[];
}

const fluidUrl = new URL("../../../../test/fixtures/statistics/queueing.json", import.meta.url);
const { fluid }: Queueing = JSON.parse(readFileSync(fluidUrl, "utf8"));

test.each(fluid)("a backlog of $backlog drains in $drainS s", ({ base, spike, spikeS, capacity, backlog, drainS }) => {
  const drainMs = fluidDrainMs(base, spike, capacity, spikeS * 1000);
  expectNear(drainMs, drainS * 1000);
  expectNear(((drainMs ?? Number.NaN) / 1000) * (capacity - base), backlog);
});

const CALM: readonly RecoveryWindow[] = Array.from({ length: 60 }, (_, at) => ({
  medianMs: 100 + (at % 5),
  inFlight: 5 + (at % 3),
  requests: 50,
  failed: 0,
}));
const CALM_AFTER: readonly RecoveryWindow[] = [...CALM, ...CALM, ...CALM];

describe("spikeRecovery", () => {
  test("slow windows until 10 s give 10 s", () => {
    const after = CALM_AFTER.map((window, at) => (at < 20 ? { ...window, medianMs: 900 } : window));
    expect(spikeRecovery({ before: CALM, after })).toMatchObject({ kind: "recovered", afterMs: 10_000 });
  });

  test("three seconds running must be as before: two quiet ones between slow ones are not enough", () => {
    // Windows begin every half second, so the third second is two seconds, four windows, later.
    const after = CALM_AFTER.map((window, at) => (at === 0 || at === 4 ? { ...window, medianMs: 900 } : window));
    expect(spikeRecovery({ before: CALM, after })).toMatchObject({ kind: "recovered", afterMs: 500 });
    const blocked = after.map((window, at) => (at === 5 ? { ...window, medianMs: 900 } : window));
    expect(spikeRecovery({ before: CALM, after: blocked })).toMatchObject({ kind: "recovered", afterMs: 3000 });
  });

  test("failures alone hold it back, one stray one does not", () => {
    const failing = CALM_AFTER.map((window, at) => (at < 20 ? { ...window, failed: 5 } : window));
    expect(spikeRecovery({ before: CALM, after: failing })).toMatchObject({ afterMs: 10_000 });
    const stray = CALM_AFTER.map((window, at) => (at === 0 ? { ...window, failed: 1 } : window));
    expect(spikeRecovery({ before: CALM, after: stray })).toMatchObject({ afterMs: 0 });
  });

  test("slow for more than a minute is not recovered; watched for less it is inconclusive", () => {
    const slow = CALM_AFTER.map((window) => ({ ...window, inFlight: 100 }));
    expect(spikeRecovery({ before: CALM, after: slow })).toMatchObject({ kind: "not-recovered", withinMs: 60_000 });
    expect(spikeRecovery({ before: CALM, after: slow.slice(0, 60) }).kind).toBe("inconclusive");
    expect(spikeRecovery({ before: CALM, after: slow, fluidDrainMs: 30_000 }).kind).toBe("inconclusive");
  });

  test("without fifty calm seconds before there is nothing to come back to", () => {
    expect(spikeRecovery({ before: CALM.slice(0, 49), after: CALM_AFTER }).kind).toBe("inconclusive");
    const rising = CALM.map((window, at) => ({ ...window, medianMs: 100 + 3 * at, inFlight: 5 + at / 4 }));
    expect(spikeRecovery({ before: rising, after: CALM_AFTER }).kind).toBe("inconclusive");
  });

  test("a drain twice as long as it must be is slow, half as long has shed; no room, no drain", () => {
    expect([drainReading(50_000, 20_000), drainReading(20_000, 20_000), drainReading(5000, 20_000)]).toEqual([
      "slow",
      "as-expected",
      "shed",
    ]);
    expect(fluidDrainMs(80, 150, 80, 10_000)).toBeUndefined();
  });
});

describe("laws", () => {
  test("a longer trouble never recovers earlier", () => {
    const half = fc.integer({ min: 0, max: 100 });
    fc.assert(
      fc.property(half, half, (a, b) => {
        const recoveredMs = (until: number): number => {
          const after = CALM_AFTER.map((window, at) => (at < until ? { ...window, medianMs: 900 } : window));
          const found = spikeRecovery({ before: CALM, after });
          return found.kind === "recovered" ? found.afterMs : Number.NaN;
        };
        expect(recoveredMs(Math.min(a, b))).toBeLessThanOrEqual(recoveredMs(Math.max(a, b)));
      }),
      { numRuns: 30 },
    );
  });
});
