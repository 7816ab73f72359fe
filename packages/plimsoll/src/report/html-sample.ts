/** A search and a comparison for the tests of the page, with names as nasty as a target can make them. */
import type { CapacityData, CapacityLevel, CapacityStep } from "./html-capacity.ts";
import type { ComparedMetric, ComparisonData } from "./html-comparison.ts";
import type { LatencyCurve } from "./html-curve.ts";
import { NASTY_NAME } from "./report-sample.ts";

const ALLOWED_RATIO = 0.05;

/** Holds 182/s; loads around it were tried, one twice and one given up. */
export function sampleCapacity(): CapacityData {
  const steps: readonly CapacityStep[] = [
    step("ramp", 50, 0.001),
    step("ramp", 100, 0.004),
    step("ramp", 200, 0.094),
    { ...step("ramp", 400, 0.83), isAborted: true },
    step("search", 170, 0.03),
    step("search", 190, 0.066),
    step("search", 180, 0.044),
    step("search", 180, 0.047),
  ];
  return {
    sentence: "Holds 182 requests/s (90 % interval 174–189), limited by p95 < 500ms.",
    by: "rate",
    promises: ["p95 < 500ms"],
    value: 182,
    low: 174,
    high: 189,
    confidence: 0.9,
    limitedBy: "p95 < 500ms",
    saturation: "queues",
    steps,
    curve: Array.from({ length: 41 }, (_, i) => ({ load: 40 + i * 9, badRatio: fitted(40 + i * 9) })),
    levels: [level(9, 41, 0, "pass"), level(40, 460, 0.002, "pass"), level(120, 2400, 0.21, "fail")],
    scalability: {
      sentence: "Throughput has reached its ceiling; the bend is at about 42.0 users (38.0 to 46.4).",
      knee: { load: 42, low: 38, high: 46.4 },
    },
  };
}

function step(phase: string, load: number, badRatio: number): CapacityStep {
  const isHeld = badRatio <= ALLOWED_RATIO;
  return {
    name: `${phase} ${load}/s`,
    load,
    phase,
    badRatio,
    allowedRatio: ALLOWED_RATIO,
    isHeld,
    isAborted: false,
    requests: load * 30,
  };
}

function fitted(load: number): number {
  return 1 / (1 + Math.exp(Math.log(1 / ALLOWED_RATIO - 1) - 6 * Math.log(load / 182)));
}

function level(load: number, p95: number, errorRatio: number, verdict: CapacityLevel["verdict"]): CapacityLevel {
  const throughputPerSec = Math.min(load * 4.8, 193.4) * (1 - errorRatio);
  return { load, throughputPerSec, p50: p95 / 3, p95, p99: p95 * 1.8, errorRatio, verdict };
}

const NOT_MEASURED: Omit<ComparedMetric, "task"> = {
  profile: "steady",
  metric: "p99",
  base: undefined,
  new: undefined,
  changeRatio: undefined,
  low: undefined,
  high: undefined,
  smallestSeenRatio: undefined,
  verdict: "inconclusive",
};

/** The new build is slower in one task, equal in another, and cannot be told in a third, whose name is an attack. */
export function sampleComparison(): ComparisonData {
  return {
    sentence: "p95 of single_embed is 18.4 % slower (12.1–25 %), more than the 10 % allowed.",
    verdict: "fail",
    baseName: "main 4f2a91c",
    newName: "<img src=x onerror=alert(1)>",
    metrics: [
      { task: "single_embed", ...metric("p95", [412, 488], [0.121, 0.25], "fail") },
      { task: "batch_embed", ...metric("p95", [903, 911], [-0.02, 0.04], "pass") },
      { task: NASTY_NAME, ...metric("p95", [12.1, 14], [-0.3, 0.7], "inconclusive") },
      {
        task: "Aggregated",
        ...metric("errors", [0.001, 0.0012], [-0.4, 0.8], "inconclusive"),
        rise: { value: 0.0002, low: -0.0004, high: 0.0008, smallestSeen: 0.0006 },
      },
      { task: "Aggregated", ...metric("rps", [39.7, 39.8], [-0.01, 0.02], "pass") },
      { task: NASTY_NAME, ...NOT_MEASURED },
    ],
    curves: [
      { profile: "steady", task: "Aggregated", base: curve(2.6, 40), new: curve(3.1, 47) },
      { profile: "steady", task: NASTY_NAME, base: curve(1.2, 4), new: curve(1.2, 5) },
    ],
    courses: [course("steady"), course(NASTY_NAME)],
    advice: [],
    notes: [`p99 of ${NASTY_NAME}: only 12 requests; 2000 are the least.`, "one run of NEW against one run of BASE"],
  };
}

/** NEW stalls halfway and ends a second later. */
function course(profile: string): ComparisonData["courses"][number] {
  const steady = Array.from({ length: 30 }, (_, i) => 400 + (i % 4));
  const rate = steady.map(() => 39.7);
  return {
    profile,
    binMs: 1000,
    judgedFromMs: 5000,
    base: { p95: steady, completedPerSec: rate },
    new: {
      p95: [...steady.map((ms, i) => (i === 15 ? null : ms * 1.18)), 520],
      completedPerSec: [...rate.map((perSec, i) => (i === 15 ? 0 : perSec)), 4],
    },
  };
}

function metric(
  name: string,
  [base, next]: readonly [number, number],
  [low, high]: readonly [number, number],
  verdict: ComparedMetric["verdict"],
): Omit<ComparedMetric, "task"> {
  const changeRatio = base === 0 ? 0 : next / base - 1;
  const smallestSeenRatio = (high - low) / 2;
  return { profile: "steady", metric: name, base, new: next, changeRatio, low, high, smallestSeenRatio, verdict };
}

function curve(lastTail: number, medianMs: number): LatencyCurve {
  const tails = [
    ...Array.from({ length: Math.ceil(lastTail * 12) }, (_, i) => Math.round((i / 12) * 1e4) / 1e4),
    lastTail,
  ];
  return { tails, valuesMs: tails.map((tail) => Math.round(medianMs * 2.4 ** tail * 10) / 10) };
}
