import { describe, expect, test } from "vitest";
import { askedSearch, imaginedSearch, stationAnswer, statsOf } from "../../analysis/capacity/imagined-search.ts";
import type { SampleProfile } from "../../analysis/sample-load.ts";
import type { NextPhase } from "../../fleet/coordinator.ts";
import type { DataRecord, JournalRecord, PlannedSearch } from "../../records/record.ts";
import { parseSpec } from "../../spec/parse-spec.ts";
import type { Think } from "../../spec/spec.ts";
import { searchPhases } from "./search-phases.ts";

const SPEC = parseSpec(
  {
    kind: "value",
    file: "test",
    value: {
      target: "http://127.0.0.1:1",
      tasks: { ask: { get: "/" } },
      profiles: { steady: { rate: "1/s", for: "1s" } },
    },
  },
  { env: {}, readFile: () => ({ kind: "problem", message: "none" }) },
);

type Answer = NonNullable<SampleProfile["answer"]>;
const REFUSED = { serviceMs: 2, failure: { kind: "http-5xx", message: "HTTP 503" } } as const;

function play(asked: PlannedSearch, target: () => Answer): readonly JournalRecord[] {
  return imaginedSearch({ asked, seed: 11, limitsMs: [500], target });
}

/** The phase that follows these records. */
async function nextAfter(
  records: readonly JournalRecord[],
  index: number,
  think: Think = { kind: "none" },
): Promise<NextPhase | undefined> {
  const stats = () => statsOf(records);
  return searchPhases({ spec: SPEC, think, seed: 1, stats }).next(index);
}

/** What the watch of a phase orders first, and after how many seconds. */
function orderedBy(phase: NextPhase | undefined, seconds: readonly DataRecord[]) {
  const at = seconds.findIndex((second) => phase?.watch?.(second) !== undefined);
  return at < 0 ? undefined : at + 1;
}

const secondsOf = (records: readonly JournalRecord[], index: number): readonly DataRecord[] =>
  records.flatMap((record) => (record.k === "d" && record.phase === index ? [record] : []));

describe("a phase of the search", () => {
  const asked = askedSearch({ startLoad: 40, budgetMs: 120_000, levels: [20] });
  const records = play(asked, () => stationAnswer(8, 100));
  const begin = (index: number) => records.findIndex((record) => record.k === "step" && record.phase === index);

  test("offers Poisson arrivals at the load of its step, and tells the journal so", async () => {
    const phase = await nextAfter(records.slice(0, begin(0)), 0);
    expect(phase?.profile).toMatchObject({
      kind: "open",
      arrivals: "poisson",
      stages: [{ fromPerSec: 40, toPerSec: 40, durationMs: 10_000 }],
    });
    expect(phase?.record).toMatchObject({ k: "step", purpose: "search", load: 40, search: { phase: "ramp" } });
  });

  test("has users who think as the spec says, in a search by users and in the table", async () => {
    const think: Think = { kind: "constant", ms: 700 };
    const byUsers = play({ ...asked, by: "users", startLoad: 5 }, () => stationAnswer(8, 100));
    const opening = byUsers.slice(
      0,
      byUsers.findIndex(({ k }) => k === "step"),
    );
    expect((await nextAfter(opening, 0, think))?.profile).toMatchObject({ kind: "closed", think });
    const last = records.filter(({ k }) => k === "step").length - 1;
    expect((await nextAfter(records.slice(0, begin(last)), last, think))?.profile).toMatchObject({ think });
  });

  test("adds the users of a level over its first tenth, so that they do not ask in waves", async () => {
    const last = records.filter(({ k }) => k === "step").length - 1;
    const phase = await nextAfter(records.slice(0, begin(last)), last);
    expect(phase?.record?.purpose).toBe("level");
    const stage = phase?.profile.stages[0];
    expect(stage).toMatchObject({ users: 20 });
    expect(phase?.profile.kind === "closed" && phase.profile.stages[0]?.spawnPerSec).toBe(
      20 / (phase!.profile.durationMs / 10_000),
    );
  });

  test("of the overload is given its warm-up, so that 50 s of its base are left to judge recovery against", async () => {
    const overloaded = play({ ...asked, levels: [], isOverloadTested: true }, () => stationAnswer(8, 100));
    const at = overloaded.findLastIndex((record) => record.k === "step" && record.purpose === "overload");
    const index = overloaded.slice(0, at).filter(({ k }) => k === "step").length;
    const phase = await nextAfter(overloaded.slice(0, at), index);
    expect(phase?.record).toMatchObject({ purpose: "overload", planned: { warmupMs: 5000 } });
    expect(phase?.profile.kind === "open" && phase.profile.stages[0]?.durationMs).toBe(55_000);
  });

  test("is not disturbed while the target keeps up", async () => {
    const phase = await nextAfter(records.slice(0, begin(0)), 0);
    expect(orderedBy(phase, secondsOf(records, 0))).toBeUndefined();
  });

  test("ends once more requests wait than could ever be answered in time, once", async () => {
    const phase = await nextAfter(records.slice(0, begin(0)), 0);
    const lost = play({ ...asked, startLoad: 400 }, () => stationAnswer(8, 100));
    const seconds = secondsOf(lost, 0);
    // 4 · 40/s · 0.5 s = 80 wait within the first second at 400/s, of which 80 are answered.
    expect(orderedBy(phase, seconds)).toBe(1);
    expect(phase?.watch?.(seconds[1]!)).toBeUndefined();
  });

  test("ends when the first twenty requests have all failed", async () => {
    const dead = play({ ...asked, startLoad: 8 }, () => () => REFUSED);
    const phase = await nextAfter(
      dead.slice(
        0,
        dead.findIndex(({ k }) => k === "step"),
      ),
      0,
    );
    const seconds = orderedBy(phase, secondsOf(dead, 0));
    expect(seconds).toBeGreaterThanOrEqual(2);
    expect(seconds).toBeLessThanOrEqual(5);
  });

  test("of a target that fails now and then runs to its end", async () => {
    const flaky = play(
      { ...asked, startLoad: 8 },
      () =>
        ({ random }) =>
          random.nextRatio() < 0.5 ? REFUSED : { serviceMs: 5 },
    );
    const phase = await nextAfter(
      flaky.slice(
        0,
        flaky.findIndex(({ k }) => k === "step"),
      ),
      0,
    );
    expect(orderedBy(phase, secondsOf(flaky, 0))).toBeUndefined();
  });

  test("of a probe has users who never think, or who pause so that all of them keep below the greatest rate", async () => {
    const { startLoad: _, ...unknown } = asked;
    const opening = (more: Partial<PlannedSearch>) => play({ ...unknown, ...more }, () => stationAnswer(8, 100));
    const untilSecond = (records: readonly JournalRecord[]) =>
      records.slice(
        0,
        records.findIndex((record) => record.k === "step" && record.phase === 1),
      );
    const free = await nextAfter(untilSecond(opening({})), 1);
    expect(free?.profile).toMatchObject({ think: { kind: "none" }, stages: [{ users: 8, spawnPerSec: undefined }] });
    const capped = await nextAfter(untilSecond(opening({ maxLoad: 40 })), 1);
    expect(capped?.profile).toMatchObject({
      think: { kind: "constant", ms: 200 },
      stages: [{ users: 8, spawnPerSec: 40 }],
    });
  });

  test("of the base run again after the overload ends like a step once its requests pile up", async () => {
    const overloaded = { ...asked, isOverloadTested: true, levels: [] };
    const records = play(overloaded, () => stationAnswer(8, 100));
    const at = records.findIndex((record) => record.k === "step" && record.purpose === "again");
    const index = records.slice(0, at).filter(({ k }) => k === "step").length;
    const seconds = (meanMs: number) =>
      secondsOf(
        play({ ...asked, startLoad: 43 }, () => stationAnswer(8, meanMs)),
        0,
      );
    expect(orderedBy(await nextAfter(records.slice(0, at), index), seconds(100))).toBeUndefined();
    // Above 4 · 43/s · 0.5 s waiting: at 43/s of which 8 are answered, after some three seconds.
    const orderedAfter = orderedBy(await nextAfter(records.slice(0, at), index), seconds(1000));
    expect(orderedAfter).toBeGreaterThanOrEqual(2);
    expect(orderedAfter).toBeLessThanOrEqual(4);
  });

  test("of an overload ends before more requests are in flight than users are allowed", async () => {
    const byUsers = {
      ...asked,
      by: "users",
      thinkMs: 1000,
      isOverloadTested: true,
      levels: [],
      maxLoad: 2000,
    } as const;
    const records = play(byUsers, () => stationAnswer(8, 100));
    const at = records.findIndex((record) => record.k === "step" && record.purpose === "overload");
    const before = records.slice(0, at);
    const index = before.filter(({ k }) => k === "step").length;
    const lost = secondsOf(
      play({ ...asked, startLoad: 400 }, () => stationAnswer(8, 100)),
      0,
    );
    expect(orderedBy(await nextAfter(before, index), lost)).toBe(6);
    const roomy = before.map((record) =>
      record.k === "plan" ? { ...record, search: { ...byUsers, maxLoad: 10_000 } } : record,
    );
    expect(orderedBy(await nextAfter(roomy, index), lost)).toBeUndefined();
  });

  test("ends before its queue takes the last connections, also without a promise about latency", async () => {
    const errors = { ...asked, slos: [{ expr: "errors<1%", allowedRatio: 0.01 }], maxConnections: 500 };
    const full = play({ ...errors, startLoad: 400 }, () => stationAnswer(8, 100));
    const phase = await nextAfter(
      full.slice(
        0,
        full.findIndex(({ k }) => k === "step"),
      ),
      0,
    );
    expect(orderedBy(phase, secondsOf(full, 0))).toBe(2);
  });
});
