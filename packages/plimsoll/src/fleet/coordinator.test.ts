import { describe, expect, test } from "vitest";
import { VirtualWorld } from "../engine/virtual-world.ts";
import type { JournalRecord, SteerOrder, StepRecord } from "../records/record.ts";
import { parseSpec } from "../spec/parse-spec.ts";
import type { Spec } from "../spec/spec.ts";
import { Coordinator, type PhaseSource } from "./coordinator.ts";
import { describePhase } from "./plan-record.ts";
import { plannedPhases } from "./planned-phases.ts";
import { virtualFleet } from "./virtual-fleet.ts";

const ORDERS: readonly SteerOrder[] = [{ users: 9 }, { ratePerSec: 9 }, { paused: true }, { resumed: true }];

function specOf(profiles: object): Spec {
  const value = { name: "t", target: "http://127.0.0.1:1", tasks: { ask: { get: "/" } }, profiles };
  return parseSpec(
    { kind: "value", file: "test", value },
    { env: {}, readFile: () => ({ kind: "problem", message: "none" }) },
  );
}

/** A run on two threads, the journal it leaves, and the means to give it orders. */
function begun(spec: Spec, phases: PhaseSource = plannedPhases(spec.profiles), afterMs = 20) {
  const world = new VirtualWorld(() => ({ afterMs }));
  const records: JournalRecord[] = [];
  const coordinator = new Coordinator({
    fleet: virtualFleet(world, spec, { threadCount: 2, seed: 11 }),
    clock: { nowMs: () => world.nowMs },
    sink: { append: (record) => records.push(record), appendDurable: async (record) => void records.push(record) },
    phases,
    describe: (profile, index) => describePhase(spec, profile, { seed: 11, index }),
  });
  return { world, records, coordinator, done: coordinator.run() };
}

const usersOf = (records: readonly JournalRecord[]): readonly number[] =>
  records.flatMap((record) => (record.k === "d" ? [record.users] : []));

describe("orders to a phase", () => {
  const spec = specOf({ steady: { users: 4, think: "100ms", for: "4s" } });

  test("a planned one takes them, and the journal tells who gave them", async () => {
    const { world, records, coordinator, done } = begun(spec);
    const answers: unknown[] = [];
    world.after(2000, () => answers.push(coordinator.steer({ users: 9 }, "somebody")));
    await world.run(done);
    expect(answers).toEqual([undefined]);
    expect(records.filter(({ k }) => k === "steer")).toMatchObject([{ phase: 0, who: "somebody", what: { users: 9 } }]);
    expect(usersOf(records).slice(0, 4)).toEqual([4, 9, 9, 9]);
  });

  test.each<[StepRecord["purpose"], RegExp]>([
    ["probe", /^the search decides on the load/],
    ["search", /^the search decides on the load/],
    ["overload", /^the search decides on the load/],
    ["level", /^the search decides on the load/],
    ["pair", /^two targets are compared/],
  ])("a step (%s) refuses any but to stop, and says why", async (purpose, why) => {
    const profile = spec.profiles[0]!;
    const planned = describePhase(spec, profile, { seed: 11, index: 0 });
    const record: StepRecord = { k: "step", phase: 0, purpose, load: 4, planned };
    const { world, records, coordinator, done } = begun(spec, {
      next: async (index) => (index === 0 ? { profile, record } : undefined),
    });
    const answers: unknown[] = [];
    world.after(1000, () => answers.push(...ORDERS.map((order) => coordinator.steer(order, "page"))));
    world.after(2500, () => coordinator.stop({ reason: "interrupted", signal: "page" }));
    const finish = await world.run(done);
    expect(answers).toEqual(ORDERS.map(() => expect.stringMatching(why)));
    expect(records.filter(({ k }) => k === "steer")).toEqual([]);
    expect(usersOf(records).slice(0, 2)).toEqual([4, 4]);
    expect(finish).toMatchObject({ reason: "interrupted", signal: "page" });
    expect(finish.atMs).toBeLessThan(3000);
  });
});

describe("a phase that its watch ends", () => {
  test("still gets its answers, and the next begins only when the target has given the last", async () => {
    const spec = specOf({ one: { rate: "10/s", for: "8s" }, two: { rate: "10/s", for: "1s" } });
    const phases = plannedPhases(spec.profiles, ({ name }) =>
      name === "one" ? ({ sec }) => (sec === 1 ? { end: "phase" } : undefined) : undefined,
    );
    const { world, records, done } = begun(spec, phases, 1500);
    const { totals } = await world.run(done);
    const [, ended, drained, next] = records.flatMap((record) => (record.k === "phase" ? [record] : []));
    expect([ended, drained, next]).toMatchObject([
      { phase: 0, at: "end" },
      { phase: 0, at: "drained" },
      { phase: 1, at: "start" },
    ]);
    expect(ended!.atMs).toBeLessThan(2500);
    expect(drained!.atMs - ended!.atMs).toBeGreaterThan(1000);
    expect(next!.atMs).toBeGreaterThanOrEqual(drained!.atMs);
    expect(totals.inFlightAtEnd).toBe(0);
    expect(totals.completed).toBe(totals.sent);
  });
});
