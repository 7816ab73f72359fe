/** Five servers that take overload in five ways, and what they are called. */
import { expect, test } from "vitest";
import { profileSpike, saturationOf } from "../../packages/plimsoll/src/analysis/profile-spike.ts";
import { classifyOverload, type Overload } from "../../packages/plimsoll/src/analysis/saturation-class.ts";
import { secondsOf, spikeEvidence } from "./kit/phase-evidence.ts";
import { expectAtLeast, seedsOf, tell } from "./lane.ts";
import { meanInFlight, type Queue, SERVICE_CAPACITY, simulate, type Visit } from "./queues.ts";

const SEEDS = seedsOf(40, 10);
const FROM_S = 15;
const BATCHES = 20;
const BATCH_S = 0.75;

/** The second half of 30 s in twenty batches: offered by due time, what came of it by its end. */
function overloadOf(visits: readonly Visit[]): Overload {
  const batches = meanInFlight(visits, FROM_S, BATCH_S, BATCHES).map((inFlight) => ({
    offered: 0,
    good: 0,
    shed: 0,
    timedOut: 0,
    inFlight,
  }));
  for (const { dueAt, endAt, kind } of visits) {
    const due = batches[Math.floor((dueAt - FROM_S) / BATCH_S)];
    const end = batches[Math.floor((endAt - FROM_S) / BATCH_S)];
    if (due !== undefined) due.offered++;
    if (end === undefined) continue;
    if (kind === "good") end.good++;
    else if (kind === "shed") end.shed++;
    else end.timedOut++;
  }
  return { batches, batchMs: BATCH_S * 1000, referencePerSec: SERVICE_CAPACITY };
}

const SERVERS: readonly { name: string; wanted: string; load: number; queue: Partial<Queue> }[] = [
  { name: "queue", wanted: "queues", load: 1.3, queue: {} },
  { name: "16 places", wanted: "sheds", load: 1.3, queue: { places: 16 } },
  { name: "drops after 2 s", wanted: "times-out", load: 1.3, queue: { dropAfterS: 2, clientTimeoutS: 4 } },
  { name: "wasted work", wanted: "collapses", load: 1.3, queue: { clientTimeoutS: 2 } },
  { name: "load .9", wanted: "absorbs", load: 0.9, queue: {} },
];

/** 0.6 of what is served, for half a minute the load, and 0.6 again: by the seconds and slots of a run. */
function spikeOf({ load, queue }: (typeof SERVERS)[number], seed: number) {
  const base = 0.6 * SERVICE_CAPACITY;
  const shape = { base, peak: load * SERVICE_CAPACITY, warmS: 10, fromS: 60, toS: 90, endS: 150 };
  const rateAt = (t: number): number => (t >= shape.fromS && t < shape.toS ? shape.peak : base);
  const visits = simulate({ rateAt, greatestRate: Math.max(base, shape.peak), durationS: shape.endS, ...queue }, seed);
  return spikeEvidence(visits, shape);
}

/** What `find` makes of its overload: against the greatest throughput of whole steps, here one of half a minute at the capacity. */
function overloadInSearch({ load, queue }: (typeof SERVERS)[number], seed: number) {
  const stepAt = (rate: number, ofSeed: number) =>
    secondsOf(simulate({ rateAt: () => rate, greatestRate: rate, durationS: 30, ...queue }, ofSeed), 30);
  const settled = stepAt(SERVICE_CAPACITY, 10_000 + seed).slice(6);
  const reference = settled.reduce((sum, { completed }) => sum + completed, 0) / settled.length;
  return saturationOf(stepAt(load * SERVICE_CAPACITY, seed), reference)!;
}

test("by the seconds of a search at least 196 of 200 are called by their name, and none surely by another", () => {
  let right = 0;
  let surelyWrong = 0;
  for (const server of SERVERS) {
    const found = SEEDS.map((seed) => overloadInSearch(server, seed));
    const own = found.filter((one) => one.class === server.wanted).length;
    const sure = found.filter(({ unsure }) => unsure.length === 0);
    right += own;
    surelyWrong += sure.filter((one) => one.class !== server.wanted).length;
    tell(`saturation in a search, ${server.name}, ${SEEDS.length} seeds`, { right: own, sure: sure.length });
  }
  expectAtLeast(right, SEEDS.length * SERVERS.length, 98);
  expect(surelyWrong).toBe(0);
});

test("by the seconds of a run whose spike lasts half a minute at least 196 of 200 are, and none by another", () => {
  let right = 0;
  let wrong = 0;
  for (const server of SERVERS) {
    const classes = SEEDS.map((seed) => profileSpike(spikeOf(server, seed))!.class);
    const own = classes.filter((name) => name === server.wanted).length;
    const open = classes.filter((name) => name === undefined).length;
    right += own;
    wrong += SEEDS.length - own - open;
    tell(`saturation in a run, ${server.name}, ${SEEDS.length} seeds`, { right: own, open });
  }
  expectAtLeast(right, SEEDS.length * SERVERS.length, 98);
  expect(wrong).toBe(0);
});

test("at least 196 of 200 are called by their name, and none surely by another", () => {
  let right = 0;
  let surelyWrong = 0;
  for (const { name, wanted, load, queue } of SERVERS) {
    let own = 0;
    let sure = 0;
    for (const seed of SEEDS) {
      const rate = load * SERVICE_CAPACITY;
      const found = classifyOverload(
        overloadOf(simulate({ rateAt: () => rate, greatestRate: rate, durationS: 30, ...queue }, seed)),
      );
      if (found.class === wanted) own++;
      if (found.unsure.length === 0) {
        sure++;
        if (found.class !== wanted) surelyWrong++;
      }
    }
    right += own;
    tell(`saturation, ${name}, ${SEEDS.length} seeds`, { right: own, sure });
  }
  expectAtLeast(right, SEEDS.length * SERVERS.length, 98);
  expect(surelyWrong).toBe(0);
});
