import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { VirtualWorld } from "../engine/virtual-world.ts";
import { decodeLine, encodeLine } from "../records/line-codec.ts";
import type { JournalRecord, SteerOrder, SteerRecord } from "../records/record.ts";
import { isNumberedRecord } from "../records/record-shape.ts";
import { SAMPLE_ENVIRONMENT } from "../records/sample-journal.ts";
import { readKeptSpec } from "../spec/kept-spec.ts";
import { parseSpec } from "../spec/parse-spec.ts";
import type { Profile, Spec } from "../spec/spec.ts";
import { Coordinator } from "./coordinator.ts";
import { describePhase, describePlan } from "./plan-record.ts";
import { plannedPhases } from "./planned-phases.ts";
import { steeredProfiles } from "./steered-profiles.ts";
import { virtualFleet } from "./virtual-fleet.ts";

const SEED = 11;

/** Every path tells the task, the request's number and the row that was drawn for it. */
function specOf(profile: object): Spec {
  const value = {
    target: "http://127.0.0.1:1",
    data: { rows: Array.from({ length: 100 }, (_, row) => `row${row}`) },
    tasks: {
      ask: { get: "/ask/{{counter 0}}/{{pick rows}}", weight: 3, tags: ["first"] },
      other: { get: "/other/{{counter 0}}/{{pick rows}}", tags: ["first"] },
      later: { get: "/later/{{counter 0}}/{{pick rows}}", tags: ["later"] },
    },
    profiles: {
      steered: { ...profile, tags: ["first"] },
      after: { users: 3, think: "100ms", for: "1s", tags: ["later"] },
    },
  };
  return parseSpec(
    { kind: "value", file: "test", value },
    { env: {}, readFile: () => ({ kind: "problem", message: "none" }) },
  );
}

type Orders = readonly (readonly [atMs: number, what: SteerOrder])[];

/** What a run asked at which instant (to a microsecond), and the journal it left, as read back. */
async function asked(spec: Spec, threadCount: number, orders: Orders = []) {
  // As long as the request takes by itself: what another asks, or before it, changes nothing.
  const world = new VirtualWorld((_n, _atMs, { path }) => ({ afterMs: 5 + (hashOf(path) % 400) / 7 }));
  const records: JournalRecord[] = [
    describePlan({
      ...{ spec, seed: SEED, threads: threadCount, command: "", environment: SAMPLE_ENVIRONMENT },
      specJson: JSON.parse(JSON.stringify(spec)),
    }),
  ];
  const coordinator = new Coordinator({
    fleet: virtualFleet(world, spec, { threadCount, seed: SEED }),
    clock: { nowMs: () => world.nowMs },
    sink: { append: (record) => records.push(record), appendDurable: async (record) => void records.push(record) },
    phases: plannedPhases(spec.profiles),
    describe: (profile, index) => describePhase(spec, profile, { seed: SEED, index }),
  });
  for (const [atMs, what] of orders) world.after(atMs, () => coordinator.steer(what, "page"));
  await world.run(coordinator.run());
  const requests = world.sent.map(({ atMs, path }) => `${(atMs / 1000).toFixed(6).padStart(10)} ${path}`);
  const connectionCount = world.usedConnectionCount;
  return { requests: requests.toSorted(), connectionCount, records: records.map(readBack) };
}

function readBack(record: JournalRecord, n: number): JournalRecord {
  const json: unknown = decodeLine(encodeLine(record, n))?.json;
  if (!isNumberedRecord(json)) throw new Error(`a journal could not hold ${record.k}`);
  return json;
}

function hashOf(text: string): number {
  let hash = 7;
  for (const character of text) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) >>> 0;
  return hash;
}

/** What the journal says that was run. */
function replayedProfiles(records: readonly JournalRecord[]): readonly Profile[] | undefined {
  const plan = records.find((record) => record.k === "plan");
  return steeredProfiles(readKeptSpec(plan?.spec ?? null)?.profiles ?? [], steersIn(records));
}

function steersIn(records: readonly JournalRecord[]): readonly SteerRecord[] {
  return records.flatMap((record) => (record.k === "steer" ? [record] : []));
}

const USER_ORDERS: Orders = [
  [2017.3, { users: 50 }],
  [3511.7, { users: 3 }],
  [4303.9, { paused: true }],
  [5001.1, { resumed: true }],
  [5777.7, { users: 21 }],
];
const RATE_ORDERS: Orders = [
  [1017.3, { ratePerSec: 90 }],
  [2511.7, { ratePerSec: 7.5 }],
  [3303.9, { paused: true }],
  [5001.1, { resumed: true }],
];

describe("a run whose load was changed by hand is run again as its journal tells it", () => {
  test.each<[string, object, Orders]>([
    ["users", { users: 10, think: { uniform: ["20ms", "300ms"] }, for: "7s" }, USER_ORDERS],
    ["users who do not think", { users: 10, for: "7s" }, USER_ORDERS],
    ["users who are still coming", { users: 30, spawn: "4/s", think: "100ms", for: "7s" }, USER_ORDERS],
    [
      "users in stages",
      {
        stages: [
          { users: 12, spawn: "5/s", for: "3s" },
          { users: 2, spawn: "2/s", for: "4s" },
        ],
        think: "50ms",
      },
      USER_ORDERS,
    ],
    [
      "users before the plan had any",
      {
        stages: [
          { users: 0, for: "3s" },
          { users: 4, for: "4s" },
        ],
      },
      USER_ORDERS,
    ],
    ["a Poisson rate", { rate: "40/s", for: "6s" }, RATE_ORDERS],
    ["a constant rate", { rate: "40/s", arrivals: "constant", for: "6s" }, RATE_ORDERS],
    [
      "a rate that grows",
      {
        stages: [
          { from: "0/s", to: "80/s", for: "4s" },
          { rate: "10/s", for: "2s" },
        ],
      },
      RATE_ORDERS,
    ],
  ])("%s: each request at its instant, of its task, with its row and its number", async (_, profile, orders) => {
    const spec = specOf(profile);
    const first = await asked(spec, 3, orders);
    expect(steersIn(first.records).map(({ what }) => what)).toEqual(orders.map(([, what]) => what));
    const profiles = replayedProfiles(first.records)!;
    for (const threadCount of [1, 2, 3]) {
      const again = await asked({ ...spec, profiles }, threadCount);
      expect(again.requests).toEqual(first.requests);
      // Of an open loop so many as were in flight at once in a thread.
      if (profiles[0]!.kind === "closed") expect(again.connectionCount).toBe(first.connectionCount);
      expect(steersIn(again.records)).toEqual([]);
    }
    expect(first.requests).not.toEqual((await asked(spec, 3)).requests);
    const numbers = first.requests.filter((text) => !text.includes("later")).map((text) => text.split("/")[2]);
    expect(new Set(numbers).size).toBe(numbers.length);
  });
});

test("where a journal does not tell the parts of a changed phase, nothing is made up", async () => {
  const spec = specOf({ users: 2, for: "3s" });
  const { records } = await asked(spec, 1, [[1000, { users: 3 }]]);
  const { stages: _, ...early } = steersIn(records)[0]!;
  expect(steeredProfiles(spec.profiles, [early])).toBeUndefined();
  expect(
    steeredProfiles(spec.profiles, [{ ...early, stages: [{ fromPerSec: 1, toPerSec: 1, durationMs: 1 }] }]),
  ).toBeUndefined();
});

describe("laws", () => {
  const load = fc.integer({ min: 0, max: 12 });
  const order: fc.Arbitrary<SteerOrder> = fc.oneof(
    load.map((users) => ({ users })),
    fc.constant({ paused: true } as const),
    fc.constant({ resumed: true } as const),
  );
  const orders = fc.uniqueArray(fc.tuple(fc.double({ min: 10, max: 1900, noNaN: true }), order), {
    maxLength: 5,
    selector: ([atMs]) => atMs,
  });
  const stage = fc.record({
    users: fc.integer({ min: 1, max: 12 }),
    spawn: fc.integer({ min: 2, max: 40 }).map((perSec) => `${perSec}/s`),
  });

  test("a law: whatever was ordered and when, and whichever orders did not fit, it is run again as it went", async () => {
    const property = fc.asyncProperty(orders, fc.tuple(stage, stage), async (given, stages) => {
      const spec = specOf({ stages: stages.map((one) => ({ ...one, for: "1s" })), think: "30ms" });
      const inTurn = given.toSorted(([a], [b]) => a - b);
      const first = await asked(spec, 2, inTurn);
      const again = await asked({ ...spec, profiles: replayedProfiles(first.records)! }, 1);
      expect(again.requests).toEqual(first.requests);
    });
    await fc.assert(property, { numRuns: 60 });
  });
});
