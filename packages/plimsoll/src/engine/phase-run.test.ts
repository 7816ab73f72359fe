import { describe, expect, test } from "vitest";
import type { CompiledTask, CompiledTasks } from "../plan/compiled-task.ts";
import { resumedTo, steeredTo } from "../plan/steer.ts";
import { countOf } from "../records/latency-histogram.ts";
import { runTotalsFold } from "../records/run-totals.ts";
import type { Buckets } from "../records/second.ts";
import { parseSpec } from "../spec/parse-spec.ts";
import type { Spec } from "../spec/spec.ts";
import type { Connection, Exchange } from "../transport/transport.ts";
import type { EngineContext } from "./engine-context.ts";
import { type PhaseEnd, PhaseRun } from "./phase-run.ts";
import { createTimerAlarm } from "./timer-alarm.ts";
import { type VirtualAnswer, VirtualWorld } from "./virtual-world.ts";

const START_AT_MS = 50;

/** As of an address without a route: nothing was sent, and the system says so without asking anybody. */
const UNREACHABLE: Exchange = {
  kind: "connect-refused",
  dropReason: undefined,
  message: "no connection (ENETUNREACH)",
  sentAtMs: Number.NaN,
  firstByteAtMs: Number.NaN,
  endedAtMs: 0,
  status: 0,
  bodyBytes: 0,
  body: undefined,
  header: () => undefined,
};

/** Tasks whose path tells the arrival's number, judged by status alone. */
function compiledOf(spec: Spec, more: Partial<CompiledTask["steps"][number]> = {}): CompiledTasks {
  const tasks = spec.tasks.map((task, requestIndex) => ({
    name: task.name,
    think: undefined,
    steps: [
      {
        requestIndex,
        template: {
          name: task.name,
          method: "GET",
          isStatic: false,
          render: ({ sequence }: { readonly sequence: number }) => ({
            path: `/${task.name}/${sequence}`,
            headers: "",
            body: undefined,
          }),
        },
        expectation: {
          needsBody: false,
          needsHeaders: false,
          check: ({ status }: { readonly status: number }) =>
            status < 400 ? undefined : ({ kind: "http-5xx", message: `${status}` } as const),
        },
        checkRatio: 1,
        capture: {},
        needsBodyForCapture: false,
        needsHeadersForCapture: false,
        ...more,
      },
    ],
  }));
  return { tasks, requestNames: spec.tasks.map((task) => task.name) };
}

function specOf(profile: object, tasks: object = { ask: { get: "/" } }): Spec {
  const value = { name: "t", target: "http://127.0.0.1:1", tasks, profiles: { p: profile } };
  return parseSpec(
    { kind: "value", file: "test", value },
    { env: {}, readFile: () => ({ kind: "problem", message: "none" }) },
  );
}

async function runIn(world: VirtualWorld, spec: Spec, more: Partial<EngineContext> = {}): Promise<PhaseEnd> {
  const run = new PhaseRun(world.context(compiledOf(spec), more), spec, {
    index: 0,
    startAtMs: START_AT_MS,
    profile: spec.profiles[0]!,
  });
  return world.run(run.done);
}

const answersAfter = (afterMs: number) => (): VirtualAnswer => ({ afterMs });

function totalsOf(world: VirtualWorld) {
  return runTotalsFold.done(
    world.seconds.reduce((state, second) => runTotalsFold.step(state, second), runTotalsFold.init()),
  );
}

function responsesOf(world: VirtualWorld): Buckets[] {
  return world.seconds.flatMap((second) => second.tasks["ask"]?.cells.map((cell) => cell.response) ?? []);
}

describe("open loop", () => {
  const spec = specOf({ rate: "10/s", arrivals: "constant", for: "2s" });

  test("a stalled target does not slow the arrivals, and the wait counts from when each was due", async () => {
    const world = new VirtualWorld((n) => ({ afterMs: n === 3 ? 1500 : 20 }));
    await runIn(world, spec);
    expect(world.sent.map(({ atMs }) => atMs - START_AT_MS)).toEqual(Array.from({ length: 20 }, (_, k) => k * 100));
    expect(totalsOf(world)).toMatchObject({ planned: 20, sent: 20, completed: 20, failed: 0, dropped: 0 });
    expect(Math.max(...world.seconds.map((second) => second.tasks["ask"]?.responseMs.max ?? 0))).toBe(1500);
  });

  test("a late generator makes response times longer, service times not, and tells its lag", async () => {
    const world = new VirtualWorld(answersAfter(20));
    world.alarmDelayMs = 30;
    await runIn(world, spec);
    const extents = world.seconds.map((second) => second.tasks["ask"]).filter((task) => task !== undefined);
    expect(Math.max(...extents.map((task) => task.serviceMs.max))).toBe(20);
    expect(Math.max(...extents.map((task) => task.responseMs.max))).toBeGreaterThanOrEqual(50);
    expect(world.seconds.reduce((sum, second) => sum + countOf(second.lag), 0)).toBe(20);
  });

  test.each(["connection-cap", "EMFILE"] as const)(
    "past the %s an arrival is dropped and counted, never held back",
    async (reason) => {
      const world = new VirtualWorld(answersAfter(350));
      await runIn(world, spec, { connectionCap: { count: 2, reason } });
      const totals = totalsOf(world);
      expect(totals.dropped).toBeGreaterThan(0);
      expect(totals.planned).toBe(20);
      expect(totals.planned).toBe(totals.sent + totals.dropped);
      expect(world.seconds.some((second) => (second.tasks["ask"]?.dropped[reason] ?? 0) > 0)).toBe(true);
    },
  );

  test("what our side could not send is dropped, not failed", async () => {
    const world = new VirtualWorld((n) => ({ afterMs: 0, isDropped: n % 2 === 0 }));
    await runIn(world, spec);
    expect(totalsOf(world)).toMatchObject({ planned: 20, sent: 10, completed: 10, failed: 0, dropped: 10 });
  });

  test("requests in flight when the drain time is over are censored at their age, never dropped", async () => {
    const world = new VirtualWorld((n) => ({ afterMs: n >= 18 ? undefined : 20 }));
    const end = await runIn(world, spec);
    expect(totalsOf(world)).toMatchObject({ sent: 20, completed: 18, inFlightAtEnd: 2 });
    const cells = world.seconds.flatMap((second) => second.tasks["ask"]?.cells ?? []);
    expect(cells.reduce((sum, cell) => sum + countOf(cell.censored), 0)).toBe(2);
    expect(cells.reduce((sum, cell) => sum + cell.over[0]!, 0)).toBe(2);
    expect(end.endedAtMs).toBe(START_AT_MS + 2000);
    expect(end.drainedAtMs).toBeGreaterThanOrEqual(START_AT_MS + 4000);
  });

  test("failures are counted by kind and message and in every latency figure", async () => {
    const world = new VirtualWorld((n) => ({ afterMs: 20, status: n % 4 === 0 ? 503 : 200 }));
    await runIn(world, spec);
    expect(totalsOf(world)).toMatchObject({ completed: 15, failed: 5 });
    const failed = world.seconds.flatMap((second) => second.tasks["ask"]?.cells ?? []);
    expect(failed.reduce((sum, cell) => sum + countOf(cell.failed), 0)).toBe(5);
  });
});

describe("closed loop", () => {
  test("a user waits for the answer, thinks, and asks again; think time counts from the answer", async () => {
    const world = new VirtualWorld(answersAfter(200));
    await runIn(world, specOf({ users: 1, for: "2s", think: "300ms" }));
    expect(world.sent.map(({ atMs }) => atMs - START_AT_MS)).toEqual([0, 500, 1000, 1500]);
  });

  test("users join at the spawn rate and are all counted as alive", async () => {
    const world = new VirtualWorld(answersAfter(10));
    await runIn(world, specOf({ users: 20, spawn: "5/s", for: "6s", think: "1s" }));
    expect(world.seconds.slice(0, 6).map(({ users }) => users)).toEqual([5, 10, 15, 20, 20, 20]);
    expect(world.seconds.at(-1)!.users).toBe(0);
  });

  test("who leaves hangs up, and comes back on a connection of its own", async () => {
    const world = new VirtualWorld(answersAfter(10));
    const stages = [4, 1, 4].map((users) => ({ users, for: "1s" }));
    await runIn(world, specOf({ stages, think: "100ms" }));
    expect(world.seconds.slice(0, 3).map(({ users }) => users)).toEqual([4, 1, 4]);
    expect(world.usedConnectionCount).toBe(4 + 3);
  });

  test("without think time the next request is due when the answer came, so only our own lateness is lag", async () => {
    const world = new VirtualWorld(answersAfter(100));
    await runIn(world, specOf({ users: 2, for: "1s" }));
    expect(world.sent).toHaveLength(20);
    expect(
      responsesOf(world)
        .flat()
        .every(([index]) => index === responsesOf(world)[0]![0]![0]),
    ).toBe(true);
  });

  test("a user whose request could not be sent pauses before the next, however fast it asks else", async () => {
    const world = new VirtualWorld((n) => ({ afterMs: n < 3 ? 0 : 250, isDropped: n < 3 }));
    await runIn(world, specOf({ users: 1, for: "1s" }));
    expect(world.sent.map(({ atMs }) => atMs - START_AT_MS)).toEqual([0, 100, 200, 300, 550, 800]);
    expect(totalsOf(world)).toMatchObject({ planned: 6, sent: 3, completed: 3, dropped: 3 });
  });

  test("connections that fail at once let others have their turn between two tries", async () => {
    const world = new VirtualWorld(answersAfter(10));
    const spec = specOf({ users: 1, for: "20ms" });
    const clock = { nowMs: () => performance.now() };
    let tries = 0;
    const send: Connection["send"] = (_request, onEnd) => {
      tries++;
      // Before all else that waits, as sockets do it: whoever asks again in it goes on until the phase is over.
      process.nextTick(() => onEnd({ ...UNREACHABLE, endedAtMs: clock.nowMs() }));
    };
    const { transport } = world.context(compiledOf(spec));
    const connection = () => ({ isBusy: false, isOpen: false, send, destroy: () => {} });
    const more = { clock, alarm: createTimerAlarm(clock), transport: { ...transport, connection } };
    let turns = 0;
    const turn = () => {
      turns++;
      beat = setImmediate(turn);
    };
    let beat = setImmediate(turn);
    const at = { index: 0, startAtMs: clock.nowMs(), profile: spec.profiles[0]! };
    await new PhaseRun(world.context(compiledOf(spec), more), spec, at).done;
    clearImmediate(beat);
    expect(totalsOf(world)).toMatchObject({ planned: tries, failed: tries });
    expect(tries).toBeLessThanOrEqual(turns + 2);
  });

  test("stopping sends no more, waits for what is in flight, and counts it", async () => {
    const world = new VirtualWorld(answersAfter(700));
    const spec = specOf({ users: 3, for: "60s" });
    const run = new PhaseRun(world.context(compiledOf(spec)), spec, {
      index: 0,
      startAtMs: 0,
      profile: spec.profiles[0]!,
    });
    world.after(1000, () => run.stop());
    const end = await world.run(run.done);
    expect(totalsOf(world)).toMatchObject({ sent: 6, completed: 6, inFlightAtEnd: 0 });
    expect(end.endedAtMs).toBe(1000);
    expect(end.drainedAtMs).toBeLessThan(1500);
  });

  test("a stop before the phase begins ends it where it would have begun, with nothing sent", async () => {
    const world = new VirtualWorld(answersAfter(10));
    const spec = specOf({ users: 3, for: "60s" });
    const run = new PhaseRun(world.context(compiledOf(spec)), spec, {
      index: 0,
      startAtMs: 200,
      profile: spec.profiles[0]!,
    });
    world.after(50, () => run.stop());
    const end = await world.run(run.done);
    expect(end.endedAtMs).toBe(200);
    expect(totalsOf(world)).toMatchObject({ planned: 0, sent: 0 });
  });

  test("a second stop gives up at once and loses nothing", async () => {
    const world = new VirtualWorld(answersAfter(700));
    const spec = specOf({ users: 3, for: "60s" });
    const run = new PhaseRun(world.context(compiledOf(spec)), spec, {
      index: 0,
      startAtMs: 0,
      profile: spec.profiles[0]!,
    });
    world.after(1000, () => run.stop());
    world.after(1100, () => run.stop(0));
    const end = await world.run(run.done);
    expect(end.drainedAtMs).toBe(1100);
    expect(totalsOf(world)).toMatchObject({ sent: 6, completed: 3, inFlightAtEnd: 3 });
  });
});

describe("the schedule is the seed's alone", () => {
  const mixed = { a: { get: "/", weight: 3 }, b: { get: "/", weight: 1 } };

  test.each([
    ["open loop", { rate: "40/s", for: "2s" }],
    ["closed loop", { users: 12, for: "2s", think: { uniform: ["50ms", "150ms"] } }],
  ])("%s: three workers together ask exactly what one would", async (_name, profile) => {
    const spec = specOf(profile, mixed);
    const asked = async (count: number) => {
      const paths: string[] = [];
      for (let index = 0; index < count; index++) {
        const world = new VirtualWorld(answersAfter(20));
        await runIn(world, spec, { slice: { index, count } });
        paths.push(...world.sent.map(({ atMs, path }) => `${atMs.toFixed(6)} ${path}`));
      }
      return paths.sort();
    };
    expect(await asked(3)).toEqual(await asked(1));
  });
});

test("seconds are told in order, each once, also those in which the thread was blocked", async () => {
  const world = new VirtualWorld(answersAfter(20));
  world.alarmDelayMs = 2500;
  await runIn(world, specOf({ rate: "5/s", arrivals: "constant", for: "8s" }));
  expect(world.seconds.map(({ sec }) => sec)).toEqual(world.seconds.map((_, index) => index));
  expect(totalsOf(world)).toMatchObject({ planned: 40, completed: 40 });
});

describe("steering", () => {
  function begun(spec: Spec, world: VirtualWorld, more: Partial<EngineContext> = {}): PhaseRun {
    const phase = { index: 0, startAtMs: 0, profile: spec.profiles[0]! };
    return new PhaseRun(world.context(compiledOf(spec), more), spec, phase);
  }

  const usersOf = (world: VirtualWorld): number[] => world.seconds.map(({ users }) => users);

  test("more users come at once, fewer leave at once, and all that was sent is answered", async () => {
    const spec = specOf({ users: 2, think: { constant: "100ms" }, for: "6s" });
    const world = new VirtualWorld(answersAfter(10));
    const run = begun(spec, world);
    world.after(2000, () => run.replan(steeredTo(spec.profiles[0]!, 2000, 10), 2000));
    world.after(4000, () => run.replan(steeredTo(steeredTo(spec.profiles[0]!, 2000, 10), 4000, 3), 4000));
    await world.run(run.done);
    expect(usersOf(world).slice(0, 6)).toEqual([2, 2, 10, 10, 3, 3]);
    const { sent, completed, failed, inFlightAtEnd } = totalsOf(world);
    expect([completed, failed, inFlightAtEnd]).toEqual([sent, 0, 0]);
    // Two, ten and three users for two seconds each, a request every 110 ms.
    expect(Math.abs(sent - ((2 + 10 + 3) * 2000) / 110)).toBeLessThan(15);
  });

  test("a user who is to join between an order and the instant it holds from joins all the same", async () => {
    const spec = specOf({ users: 9, spawn: "5/s", think: { constant: "100ms" }, for: "4s" });
    const world = new VirtualWorld(answersAfter(10));
    const run = begun(spec, world);
    world.after(970, () => run.replan(steeredTo(spec.profiles[0]!, 1020, 20), 1020));
    await world.run(run.done);
    expect(usersOf(world).slice(0, 4)).toEqual([5, 20, 20, 20]);
    // As planned, not when the order holds from.
    expect(world.sent.some(({ atMs }) => atMs === 1000)).toBe(true);
  });

  test("a pause sends nothing; who comes back asks again, on its own connection", async () => {
    const spec = specOf({ users: 4, for: "6s" });
    const world = new VirtualWorld(answersAfter(50));
    const run = begun(spec, world);
    const paused = steeredTo(spec.profiles[0]!, 2000, 0);
    world.after(2000, () => run.replan(paused, 2000));
    world.after(4000, () => run.replan(resumedTo(paused, spec.profiles[0]!, 4000), 4000));
    await world.run(run.done);
    const sentIn = (fromMs: number, toMs: number) => world.sent.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
    expect(sentIn(2001, 4000)).toEqual([]);
    expect(sentIn(4000, 6000).length).toBe(sentIn(0, 2000).length);
  });

  test("all come back after a pause whose end is no sum of its parts to the last bit", async () => {
    const spec = specOf({ users: 4, think: "100ms", for: "6s" });
    const world = new VirtualWorld(answersAfter(10));
    const run = begun(spec, world);
    const paused = steeredTo(spec.profiles[0]!, 758.7, 0);
    world.after(700, () => run.replan(paused, 758.7));
    world.after(2800, () => run.replan(resumedTo(paused, spec.profiles[0]!, 2820.1), 2820.1));
    await world.run(run.done);
    expect(usersOf(world).slice(0, 6)).toEqual([0, 0, 4, 4, 4, 4]);
  });

  test("an order before the phase begins holds from its begin, and nobody comes twice", async () => {
    const spec = specOf({ users: 2, think: "100ms", for: "2s" });
    const world = new VirtualWorld(answersAfter(10));
    const run = begun(spec, world);
    run.replan(steeredTo(spec.profiles[0]!, 0, 3), 0);
    await world.run(run.done);
    expect(usersOf(world).slice(0, 2)).toEqual([3, 3]);
    const { planned, completed } = totalsOf(world);
    expect([planned, completed]).toEqual([57, 57]);
  });

  test("a user's requests bear the same numbers whenever others were added, and no two bear the same", async () => {
    const spec = specOf({ users: 3, think: "50ms", for: "3s" });
    const numbersOf = async (atMs: number) => {
      const world = new VirtualWorld(answersAfter(1));
      const run = begun(spec, world);
      world.after(atMs, () => run.replan(steeredTo(spec.profiles[0]!, atMs, 40), atMs));
      await world.run(run.done);
      const numbers = world.sent.map(({ path }) => Number(path.split("/")[2]));
      expect(new Set(numbers).size).toBe(numbers.length);
      return numbers;
    };
    const plain = new VirtualWorld(answersAfter(1));
    await plain.run(begun(spec, plain).done);
    const planned = plain.sent.map(({ path }) => Number(path.split("/")[2]));
    const isPlanned = (number: number): boolean => number < 2 ** 40;
    const [early, late] = [await numbersOf(500), await numbersOf(2000)];
    expect([early, late].map((numbers) => numbers.filter(isPlanned).toSorted((a, b) => a - b))).toEqual([
      planned.toSorted((a, b) => a - b),
      planned.toSorted((a, b) => a - b),
    ]);
    const added = late.filter((number) => !isPlanned(number));
    expect(added.length).toBeGreaterThan(37 * 10);
    expect(early).toEqual(expect.arrayContaining(added));
  });

  test("a rate raised in open loop: the arrivals before are those planned, none is lost or doubled", async () => {
    const spec = specOf({ rate: "50/s", arrivals: "poisson", for: "4s" });
    const plain = new VirtualWorld(answersAfter(5));
    await plain.run(begun(spec, plain).done);
    const world = new VirtualWorld(answersAfter(5));
    const run = begun(spec, world);
    world.after(2000, () => run.replan(steeredTo(spec.profiles[0]!, 2000, 500), 2000));
    await world.run(run.done);
    const before = (one: VirtualWorld) => one.sent.filter(({ atMs }) => atMs < 2000).map(({ path }) => path);
    expect(before(world)).toEqual(before(plain));
    const paths = world.sent.map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
    expect(Math.abs(world.sent.length - before(world).length - 1000)).toBeLessThan(4 * Math.sqrt(1000));
  });

  test("two workers steered alike send together what one would", async () => {
    const spec = specOf({ rate: "100/s", arrivals: "poisson", for: "4s" });
    const steered = steeredTo(spec.profiles[0]!, 1500, 30);
    const sentBy = async (slice: EngineContext["slice"]) => {
      const world = new VirtualWorld(answersAfter(5));
      const run = begun(spec, world, { slice });
      world.after(1500, () => run.replan(steered, 1500));
      await world.run(run.done);
      return world.sent.map(({ path }) => path);
    };
    const one = await sentBy({ index: 0, count: 1 });
    const two = [...(await sentBy({ index: 0, count: 2 })), ...(await sentBy({ index: 1, count: 2 }))];
    expect(two.toSorted()).toEqual(one.toSorted());
  });
});
