import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type GeneratorFigures, generatorHealth } from "./generator-health.ts";

interface Row {
  readonly p99LagMs: number;
  readonly limitMs: number;
  readonly maxLoopDelayMs: number;
  readonly sent: number;
  readonly planned: number;
  readonly elu: number;
  readonly unsent: number;
  readonly poolExhausted: boolean;
  readonly handshakeShare: number;
  readonly expect: string;
}
const url = new URL("../../../../test/fixtures/statistics/checks.json", import.meta.url);
const { health }: { readonly health: readonly Row[] } = JSON.parse(readFileSync(url, "utf8"));

const FIT: GeneratorFigures = {
  sendLagP99Ms: 1,
  loopDelayP99Ms: 10,
  utilisationRatio: 0.4,
  longestStall: undefined,
  blockedSecondCount: 0,
  blockedRatio: 0,
  planned: 30_000,
  sent: 30_000,
  dropped: {},
  rehandshakeRatio: 0,
  limitMs: 500,
  isClosedWithoutThink: false,
};

describe("generatorHealth", () => {
  for (const row of health) {
    const { p99LagMs, limitMs, maxLoopDelayMs, sent, planned, elu, poolExhausted, handshakeShare } = row;
    test(`lag ${p99LagMs}, loop ${maxLoopDelayMs}, busy ${elu}, sent ${sent}, X ${limitMs} → ${row.expect}`, () => {
      const figures: GeneratorFigures = {
        ...FIT,
        sendLagP99Ms: p99LagMs,
        loopDelayP99Ms: maxLoopDelayMs,
        utilisationRatio: elu,
        planned,
        sent,
        dropped: poolExhausted ? { "connection-cap": 1 } : row.unsent > 0 ? { EMFILE: row.unsent } : {},
        rehandshakeRatio: handshakeShare,
        limitMs,
        isClosedWithoutThink: false,
      };
      const fitness = generatorHealth(figures);
      expect(fitness.health).toBe(row.expect.toLowerCase());
      expect(fitness.reasons.length > 0).toBe(row.expect !== "OK");
    });
  }

  test("a closed loop without think time may use a whole core: degraded, not invalid", () => {
    expect(generatorHealth({ ...FIT, utilisationRatio: 0.99 }).health).toBe("invalid");
    expect(generatorHealth({ ...FIT, utilisationRatio: 0.99, isClosedWithoutThink: true }).health).toBe("degraded");
  });

  test("lag beyond 5 % of the limit is invalid, whatever the loop", () => {
    expect(generatorHealth({ ...FIT, sendLagP99Ms: 25.1, isClosedWithoutThink: true }).health).toBe("invalid");
    expect(generatorHealth({ ...FIT, sendLagP99Ms: 24.9 }).health).toBe("degraded");
  });

  test("reasons say what was short and what to do", () => {
    const { reasons } = generatorHealth({ ...FIT, sent: 29_990, dropped: { EMFILE: 10 }, sendLagP99Ms: 12 });
    expect(reasons).toEqual([
      "10 arrivals never sent: the limit of open files was reached; raise it with `ulimit -n`.",
      "Requests left 12 ms late at p99 (limit 5 ms); give the generator more CPU, more threads or a lower rate.",
    ]);
  });

  test("a standstill of half a second is invalid in a phase of any length, and says when", () => {
    const stalled = generatorHealth({ ...FIT, longestStall: { atMs: 12_000, durationMs: 1043 } });
    expect(stalled).toEqual({
      health: "invalid",
      reasons: [
        "The generator stood still for 1.04 s at 12 s (limit 500 ms): it was stopped, suspended or kept from every core; run again where it is left running.",
      ],
    });
    expect(generatorHealth({ ...FIT, longestStall: { atMs: 12_000, durationMs: 400 } }).health).toBe("ok");
  });

  test("blocks again and again are invalid, one hiccup is not", () => {
    const longestStall = { atMs: 5000, durationMs: 200 };
    const often = { ...FIT, longestStall, blockedSecondCount: 6, blockedRatio: 0.04 };
    expect(generatorHealth(often)).toMatchObject({
      health: "invalid",
      reasons: [
        "A load thread was blocked for 4 % of the time (limit 2 %), up to 200 ms at a stretch; give the generator a core of its own.",
      ],
    });
    expect(generatorHealth({ ...often, blockedSecondCount: 2 }).health).toBe("ok");
    expect(generatorHealth({ ...often, blockedRatio: 0.019 }).health).toBe("ok");
  });

  test("steal and waiting for a core explain a shortage, and are none by themselves", () => {
    const starved = { ...FIT, cpuWaitRatio: 0.31, stealRatio: 0.12 };
    expect(generatorHealth(starved)).toEqual({ health: "ok", reasons: [] });
    expect(generatorHealth({ ...starved, sendLagP99Ms: 40 }).reasons.slice(1)).toEqual([
      "A load thread waited for a free core 31 % of the time: others use them.",
      "The hypervisor gave 12 % of this machine's CPU to others (steal).",
    ]);
  });

  test("arrivals that vanish without a reason are invalid", () => {
    expect(generatorHealth({ ...FIT, sent: 29_900 }).health).toBe("invalid");
  });
});
