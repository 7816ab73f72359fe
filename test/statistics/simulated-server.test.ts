import { describe, expect, test } from "vitest";
import { Random } from "../../packages/plimsoll/src/base/random.ts";
import { type Behaviour, DEFAULT_BEHAVIOUR } from "../../packages/plimsoll/src/simulate/behaviour.ts";
import { simulateVirtually } from "../../packages/plimsoll/src/simulate/virtual.ts";
import truths from "../fixtures/statistics/queueing.json" with { type: "json" };

const SEED = 20_261;
const BLOCK_COUNT = 40;
const WARM_UP_COUNT = 20_000;

function behaviour(parts: Partial<Behaviour>): Behaviour {
  return { ...DEFAULT_BEHAVIOUR, ...parts };
}

/** So many requests at this rate (1/s), in ms: Poisson, or evenly spaced. */
function* arrivals(ratePerSec: number, count: number, kind: "poisson" | "even" = "poisson"): Iterable<number> {
  const random = new Random(SEED, 77);
  let atMs = 0;
  for (let index = 0; index < count; index++) {
    yield atMs;
    atMs += kind === "even" ? 1000 / ratePerSec : random.nextExponential(1000 / ratePerSec);
  }
}

type Visit = ReturnType<typeof simulateVirtually>[number];

/** Share of requests that are bad, and its standard error by blocks: neighbours in a queue resemble each other. */
function shareOf(visits: readonly Visit[], isBad: (visit: Visit) => boolean) {
  const size = Math.floor((visits.length - WARM_UP_COUNT) / BLOCK_COUNT);
  const shares = Array.from({ length: BLOCK_COUNT }, (_, block) => {
    const from = WARM_UP_COUNT + block * size;
    return visits.slice(from, from + size).filter(isBad).length / size;
  });
  const mean = shares.reduce((sum, share) => sum + share, 0) / BLOCK_COUNT;
  const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / (BLOCK_COUNT - 1);
  return { mean, standardError: Math.sqrt(variance / BLOCK_COUNT) };
}

/** Within 4 standard errors of the truth, which must be small enough to tell a wrong model. */
function expectShare(visits: readonly Visit[], isBad: (visit: Visit) => boolean, truth: number, withinRatio: number) {
  const { mean, standardError } = shareOf(visits, isBad);
  expect(Math.abs(mean - truth)).toBeLessThan(4 * standardError);
  expect((4 * standardError) / truth).toBeLessThan(withinRatio);
}

const longerThan = (limitMs: number) => (visit: Visit) => visit.endMs - visit.atMs > limitMs;

describe("the virtual server follows the closed forms of queueing", () => {
  const tails = truths.mmk_tail.map(([k, mu, rate, x, p]) => ({ k: k!, mu: mu!, rate: rate!, x: x!, p: p! }));

  test.each([
    { k: 1, mu: 100, rate: 70, count: 400_000 },
    { k: 1, mu: 100, rate: 94, count: 1_000_000 },
    { k: 8, mu: 10, rate: 56, count: 300_000 },
    { k: 8, mu: 10, rate: 72, count: 600_000 },
  ])("M/M/$k at $rate/s", ({ k, mu, rate, count }) => {
    const model = behaviour({ service: { kind: "exponential", meanMs: 1000 / mu }, serverCount: k });
    const visits = simulateVirtually(model, arrivals(rate, count), { seed: SEED });
    const rows = tails.filter(
      (row) => row.k === k && row.rate === rate && row.p > 0.04 && (rate !== 94 || row.x < 0.5),
    );
    expect(rows.length).toBeGreaterThan(1);
    for (const { x, p } of rows) expectShare(visits, longerThan(x * 1000), p, 0.3);
  });

  test.each(truths.mmk_loss.filter(([, , , , p]) => p! > 0.005).map(([k, mu, Q, rate, p]) => ({ k, mu, Q, rate, p })))(
    "loss: $k servers, $Q places, $rate/s turn $p away",
    ({ k, mu, Q, rate, p }) => {
      const service = { kind: "exponential", meanMs: 1000 / mu! } as const;
      const model = behaviour({ service, serverCount: k!, queueCount: Q! });
      const visits = simulateVirtually(model, arrivals(rate!, p! < 0.05 ? 400_000 : 150_000), { seed: SEED });
      expectShare(visits, ({ outcome }) => outcome.kind === "shed", p!, 0.25);
    },
  );

  test.each(truths.dm1.filter(({ mu }) => mu === 100))("D/M/1: $capacityD/s keep 95 % within $X s", (row) => {
    const model = behaviour({ service: { kind: "exponential", meanMs: 1000 / row.mu }, serverCount: 1 });
    const visits = simulateVirtually(model, arrivals(row.capacityD, 600_000, "even"), { seed: SEED });
    expectShare(visits, longerThan(row.X * 1000), row.q, 0.5);
  });

  const simulated: Record<string, Partial<Behaviour>> = {
    "M/LogNormal/8 cv 1.5, mean 100 ms": {
      service: { kind: "lognormal", meanMs: 100, cvRatio: 1.5 },
      serverCount: 8,
    },
    "M/D/8 100 ms": { service: { kind: "fixed", ms: 100 }, serverCount: 8 },
    "batching B=16, service 50+5n ms x lognormal cv .1": {
      batch: { maxCount: 16, baseMs: 50, perItemMs: 5, cvRatio: 0.1 },
    },
  };

  test.each(truths.simulated)("$id: $capacity/s keep 95 % within $X s", ({ id, capacity, X, q }) => {
    const visits = simulateVirtually(behaviour(simulated[id]!), arrivals(capacity, 500_000), { seed: SEED });
    expectShare(visits, longerThan(X * 1000), q, 0.5);
  });
});

describe("the virtual server", () => {
  test("does the same again with the same seed, and something else with another seed or path", () => {
    const model = behaviour({
      service: { kind: "lognormal", meanMs: 30, cvRatio: 1 },
      serverCount: 2,
      errors: [{ ratio: 0.1, outcome: { kind: "status", status: 503 } }],
    });
    const run = (seed: number, path?: string) =>
      simulateVirtually(model, arrivals(50, 500), path === undefined ? { seed } : { seed, path });
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
    expect(run(1)).not.toEqual(run(1, "/other"));
  });

  test("a stall of 2 s in 10 gives p50, p90, p95 and p99 of 20, 1,020, 1,520 and 1,920 ms at 100/s", () => {
    const model = behaviour({ service: { kind: "fixed", ms: 20 }, stall: { forMs: 2000, everyMs: 10_000 } });
    const visits = simulateVirtually(model, arrivals(100, 6000, "even"), { seed: SEED });
    const sorted = visits.map(({ atMs, endMs }) => endMs - atMs).sort((left, right) => left - right);
    const quantile = (ratio: number) => sorted[Math.ceil(ratio * sorted.length) - 1]!;
    for (const [ratio, truthMs] of [
      [0.5, 20],
      [0.9, 1020],
      [0.95, 1520],
      [0.99, 1920],
    ] as const)
      expect(Math.abs(quantile(ratio) - truthMs), `p${ratio}`).toBeLessThanOrEqual(10);
  });

  test("a leak of 20 % a minute serves in 1.2 times the time after one minute", () => {
    const model = behaviour({ service: { kind: "fixed", ms: 100 }, leakPerMinRatio: 0.2 });
    const [first, , last] = simulateVirtually(model, [5000, 35_000, 65_000], { seed: SEED });
    expect(first!.endMs - first!.atMs).toBeCloseTo(100);
    expect(last!.endMs - last!.atMs).toBeCloseTo(120);
  });

  test("errors come in their shares, and leave the service times as they are", () => {
    const service = { kind: "exponential", meanMs: 10 } as const;
    const errors = [
      { ratio: 0.01, outcome: { kind: "status", status: 503 } },
      { ratio: 0.005, outcome: { kind: "fault", fault: "reset" } },
    ] as const;
    const times = [...arrivals(100, 100_000)];
    const mixed = simulateVirtually(behaviour({ service, errors }), times, { seed: SEED });
    const clean = simulateVirtually(behaviour({ service }), times, { seed: SEED });
    const count = (kind: string) => mixed.filter(({ outcome }) => outcome.kind === kind).length;
    expect(count("status") / 1e5).toBeCloseTo(0.01, 2);
    expect(count("fault") / 1e5).toBeCloseTo(0.005, 2);
    expect(mixed.map(({ endMs }) => endMs)).toEqual(clean.map(({ endMs }) => endMs));
  });
});
