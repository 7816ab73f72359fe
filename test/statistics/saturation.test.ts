/** Five servers that take overload in five ways, and what they are called. */
import { expect, test } from "vitest";
import { classifyOverload, type Overload } from "../../packages/plimsoll/src/analysis/saturation-class.ts";
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
