import type { AskedCapacity } from "../../../packages/plimsoll/src/analysis/capacity/capacity-options.ts";
import { batchingTarget } from "./batching-target.ts";
import { closedTarget } from "./closed-target.ts";
import { fcfsTarget } from "./fcfs-target.ts";
import { constant, exponential, logNormal, type VirtualTarget } from "./virtual-target.ts";

/** A server whose capacity is known, how it is asked for, and what the reference measured for PACE there (400 searches). */
export interface SearchCase {
  readonly name: string;
  readonly truth: number;
  readonly asked: AskedCapacity;
  readonly target: (seed: number) => VirtualTarget;
  readonly published: Figures;
  readonly band: Figures;
  /** For 400 searches, where the reference gives one. */
  readonly nightly?: Figures;
}

/** Relative errors in %, shares 0–1. */
export interface Figures {
  readonly biasPercent: number;
  readonly maePercent: number;
  readonly within3Ratio: number;
  readonly coverageRatio: number;
}

const figures = (bias: number, mae: number, within3: number, coverage: number): Figures => ({
  biasPercent: bias,
  maePercent: mae,
  within3Ratio: within3,
  coverageRatio: coverage,
});

/** Bands for 100 seeds: the reference's "Test bands". */
const USUAL = figures(1.3, 2.3, 0.69, 0.68);
const EASY = figures(1.3, 2.3, 0.82, 0.68);
const HEAVY_TAILED = figures(1.6, 2.9, 0.56, 0.68);
/** The same for 400. */
const USUAL_NIGHTLY = figures(1, 2.2, 0.74, 0.73);
const EASY_NIGHTLY = figures(1, 2.2, 0.86, 0.73);
const HEAVY_TAILED_NIGHTLY = figures(1.2, 2.7, 0.62, 0.73);

const p95 = (limitMs: number) => [{ name: `p95 < ${limitMs}ms`, allowedRatio: 0.05, limitMs }];
const byRate = (limitMs: number, startLoad: number): AskedCapacity => ({ by: "rate", slos: p95(limitMs), startLoad });

export const FAST_CASES: readonly SearchCase[] = [
  {
    name: "M/M/1 100/s, p95 < 500 ms",
    truth: 94.0085354529,
    asked: byRate(500, 20),
    target: (seed) => fcfsTarget({ servers: 1, service: exponential(0.01) }, seed),
    published: figures(0.2, 1.7, 0.84, 0.9),
    band: USUAL,
    nightly: USUAL_NIGHTLY,
  },
  {
    name: "M/M/1 100/s, p95 < 200 ms",
    truth: 85.0213386322,
    asked: byRate(200, 20),
    target: (seed) => fcfsTarget({ servers: 1, service: exponential(0.01) }, seed),
    published: figures(-0.1, 1.4, 0.9, 0.9),
    band: USUAL,
    nightly: USUAL_NIGHTLY,
  },
  {
    name: "M/M/8 100 ms, p95 < 500 ms",
    truth: 72.1853955613,
    asked: byRate(500, 10),
    target: (seed) => fcfsTarget({ servers: 8, service: exponential(0.1) }, seed),
    published: figures(-0.4, 1.8, 0.84, 0.9),
    band: USUAL,
    nightly: USUAL_NIGHTLY,
  },
  {
    name: "M/LN/8 cv 1.5, p95 < 500 ms",
    truth: 67.28,
    asked: byRate(500, 10),
    target: (seed) => fcfsTarget({ servers: 8, service: logNormal(0.1, 1.5) }, seed),
    published: figures(-0.5, 2.2, 0.73, 0.9),
    band: HEAVY_TAILED,
    nightly: HEAVY_TAILED_NIGHTLY,
  },
  {
    name: "M/D/8 100 ms, p95 < 300 ms",
    truth: 73.3,
    asked: byRate(300, 10),
    target: (seed) => fcfsTarget({ servers: 8, service: constant(0.1) }, seed),
    published: figures(-0.2, 1.3, 0.94, 0.9),
    band: EASY,
    nightly: EASY_NIGHTLY,
  },
  {
    name: "batching 16, p95 < 500 ms",
    truth: 117.94,
    asked: byRate(500, 10),
    target: (seed) => batchingTarget({ maxBatch: 16, base: 0.05, perItem: 0.005 }, seed),
    published: figures(-0.3, 1.3, 0.93, 0.9),
    band: EASY,
    nightly: EASY_NIGHTLY,
  },
  {
    name: "shedding M/M/8+12, errors < 1 %",
    truth: 66.3977394597,
    asked: { by: "rate", slos: [{ name: "errors < 1%", allowedRatio: 0.01 }], startLoad: 10 },
    target: (seed) => fcfsTarget({ servers: 8, service: exponential(0.1), waitPlaces: 12 }, seed),
    published: figures(0, 1.3, 0.92, 0.9),
    band: EASY,
    nightly: EASY_NIGHTLY,
  },
];

export const SLOW_CASE: SearchCase = {
  name: "slow M/M/16 4 s, p95 < 16 s, 40 min",
  truth: 3.69005239565,
  asked: { ...byRate(16_000, 0.5), budgetMs: 2_400_000 },
  target: (seed) => fcfsTarget({ servers: 16, service: exponential(4) }, seed),
  published: figures(0.7, 3.2, 0.6, 0.9),
  band: { ...figures(Number.POSITIVE_INFINITY, 5.5, 0, 0) },
};

const byUsers = (limitMs: number, thinkMs: number): AskedCapacity => ({
  by: "users",
  slos: p95(limitMs),
  startLoad: 10,
  thinkMs,
});

export const CLOSED_CASES: readonly SearchCase[] = [
  {
    name: "closed, 8 × 100 ms, think 1 s, p95 < 500 ms",
    truth: 97.3722284829,
    asked: byUsers(500, 1000),
    target: (seed) => closedTarget({ servers: 8, service: exponential(0.1), think: 1 }, seed),
    published: figures(-0.5, 1.4, 0.95, 0.93),
    band: figures(1.2, 1.9, 0.82, 0.8),
  },
  {
    name: "closed, 1 × 10 ms, think 1 s, p95 < 200 ms",
    truth: 99.0469432043,
    asked: byUsers(200, 1000),
    target: (seed) => closedTarget({ servers: 1, service: exponential(0.01), think: 1 }, seed),
    published: figures(-0.1, 1.4, 0.93, 0.93),
    band: figures(1.2, 1.9, 0.82, 0.8),
  },
];
