import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Behaviour, DEFAULT_BEHAVIOUR } from "./behaviour.ts";
import { Draws } from "./draws.ts";
import { Station } from "./station.ts";
import { simulateVirtually } from "./virtual.ts";

function behaviour(parts: Partial<Behaviour>): Behaviour {
  return { ...DEFAULT_BEHAVIOUR, ...parts };
}

function spansOf(model: Behaviour, arrivalsMs: readonly number[]) {
  return simulateVirtually(model, arrivalsMs, { seed: 1 }).map(({ startMs, endMs, outcome }) => [
    startMs,
    endMs,
    outcome.kind,
  ]);
}

describe("a station", () => {
  test("without servers to wait for serves everybody at once", () => {
    const model = behaviour({ service: { kind: "fixed", ms: 20 } });
    expect(spansOf(model, [0, 1, 1])).toEqual([
      [0, 20, "ok"],
      [1, 21, "ok"],
      [1, 21, "ok"],
    ]);
  });

  test("serves first come, first served by as many as it has", () => {
    const model = behaviour({ service: { kind: "fixed", ms: 20 }, serverCount: 2 });
    expect(spansOf(model, [0, 5, 6, 7, 60])).toEqual([
      [0, 20, "ok"],
      [5, 25, "ok"],
      [20, 40, "ok"],
      [25, 45, "ok"],
      [60, 80, "ok"],
    ]);
  });

  test("turns away at once whoever finds all servers busy and all places taken", () => {
    const model = behaviour({ service: { kind: "fixed", ms: 20 }, serverCount: 1, queueCount: 1 });
    const kinds = (parts: Partial<Behaviour>) => spansOf({ ...model, ...parts }, [0, 1, 2, 20, 21]);
    expect(kinds({})).toEqual([
      [0, 20, "ok"],
      [20, 40, "ok"],
      [2, 2, "shed"],
      [40, 60, "ok"],
      [21, 21, "shed"],
    ]);
    expect(kinds({ overflow: "drop" })[2]).toEqual([2, 2, "dropped"]);
    expect(kinds({ queueCount: 0 })[1]).toEqual([1, 1, "shed"]);
  });

  test("takes all that wait into the next batch, up to its size", () => {
    const batch = { maxCount: 2, baseMs: 10, perItemMs: 5, cvRatio: 0 };
    expect(spansOf(behaviour({ batch }), [0, 1, 2, 3, 100])).toEqual([
      [0, 15, "ok"],
      [15, 35, "ok"],
      [15, 35, "ok"],
      [35, 50, "ok"],
      [100, 115, "ok"],
    ]);
  });

  test("holds answers due in a stall back until its end, and its server with them", () => {
    const model = behaviour({
      service: { kind: "fixed", ms: 10 },
      serverCount: 1,
      stall: { forMs: 20, everyMs: 100 },
    });
    expect(spansOf(model, [1000, 1075, 1090, 1165])).toEqual([
      [1000, 1010, "ok"],
      [1075, 1100, "ok"],
      [1100, 1110, "ok"],
      [1165, 1175, "ok"],
    ]);
  });

  test("tells of a batch when it starts, not before", () => {
    const decided: number[] = [];
    const batch = { maxCount: 4, baseMs: 10, perItemMs: 0, cvRatio: 0 };
    const station = new Station(behaviour({ batch }), {
      draws: new Draws(1),
      onDecided: ({ number }) => decided.push(number),
    });
    station.arrive(0, undefined);
    station.arrive(3, undefined);
    expect([decided, station.nextDecisionMs]).toEqual([[0], 10]);
    station.advance(9.999);
    expect(decided).toEqual([0]);
    station.advance(10);
    expect([decided, station.nextDecisionMs]).toEqual([[0, 1], Number.POSITIVE_INFINITY]);
  });
});

describe("laws", () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 60 });
  const arrivals = gaps.map((list) => {
    let atMs = 0;
    return list.map((gap) => {
      atMs += gap;
      return atMs;
    });
  });
  const model = fc.record({
    serverCount: fc.integer({ min: 1, max: 4 }),
    queueCount: fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined }),
    batch: fc.option(
      fc.record({
        maxCount: fc.integer({ min: 1, max: 5 }),
        baseMs: fc.integer({ min: 1, max: 30 }),
        perItemMs: fc.integer({ min: 0, max: 9 }),
        cvRatio: fc.constant(0),
      }),
      { nil: undefined },
    ),
    stall: fc.option(fc.constant({ forMs: 20, everyMs: 100 }), { nil: undefined }),
    leakPerMinRatio: fc.constantFrom(0, 5),
  });

  test("nobody is served before he came, nor before those who came before him, nor by more servers than there are", () => {
    fc.assert(
      fc.property(model, arrivals, (parts, arrivalsMs) => {
        const service = { kind: "exponential", meanMs: 40 } as const;
        const visits = simulateVirtually(behaviour({ ...parts, service }), arrivalsMs, { seed: 3 });
        expect(visits.map(({ number }) => number)).toEqual(arrivalsMs.map((_, index) => index));
        const served = visits.filter(({ outcome }) => outcome.kind === "ok");
        for (const [index, visit] of served.entries()) {
          expect(visit.startMs).toBeGreaterThanOrEqual(visit.atMs);
          expect(visit.endMs).toBeGreaterThanOrEqual(visit.startMs);
          expect(visit.startMs).toBeGreaterThanOrEqual(served[index - 1]?.startMs ?? 0);
          const together = new Set(
            served
              .filter(({ startMs, endMs }) => startMs <= visit.startMs && endMs > visit.startMs)
              .map(({ startMs, endMs, number }) => (parts.batch === undefined ? number : `${startMs} ${endMs}`)),
          );
          expect(together.size).toBeLessThanOrEqual(parts.serverCount);
        }
      }),
    );
  });

  test("nobody waits while a server is free, and no more wait than there are places", () => {
    fc.assert(
      fc.property(model, arrivals, ({ batch: _, ...parts }, arrivalsMs) => {
        const service = { kind: "exponential", meanMs: 40 } as const;
        const visits = simulateVirtually(behaviour({ ...parts, service }), arrivalsMs, { seed: 3 });
        const served = visits.filter(({ outcome }) => outcome.kind === "ok");
        for (const visit of visits) {
          const before = served.filter(({ number }) => number < visit.number);
          const waitingCount = before.filter(({ startMs }) => startMs > visit.atMs).length;
          const busyCount = before.filter(({ startMs, endMs }) => startMs <= visit.atMs && endMs > visit.atMs).length;
          const isFull =
            busyCount === parts.serverCount && waitingCount >= (parts.queueCount ?? Number.POSITIVE_INFINITY);
          expect(visit.outcome.kind).toBe(isFull ? "shed" : "ok");
          if (!isFull && busyCount < parts.serverCount) expect(visit.startMs).toBe(visit.atMs);
        }
      }),
    );
  });

  test("asking a station on the way changes nothing: decisions depend on arrivals alone", () => {
    fc.assert(
      fc.property(model, arrivals, (parts, arrivalsMs) => {
        const whole = simulateVirtually(behaviour(parts), arrivalsMs, { seed: 3 });
        const station = new Station(behaviour(parts), { draws: new Draws(3), onDecided: () => {} });
        const visits = arrivalsMs.map((atMs) => {
          station.advance(atMs - 0.5);
          const visit = station.arrive(atMs, undefined);
          station.advance(atMs);
          return visit;
        });
        station.advance(Number.POSITIVE_INFINITY);
        expect(visits).toEqual(whole);
      }),
    );
  });
});
