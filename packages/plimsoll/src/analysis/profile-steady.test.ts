import { describe, expect, test } from "vitest";
import { sampleJournal } from "./journal-sample.ts";
import { profileSteady } from "./profile-steady.ts";
import { runFold } from "./run-fold.ts";
import type { ProfileStats, ProfileSteady } from "./run-stats.ts";
import { type SampleProfile, sampleLatencyMs } from "./sample-load.ts";

function statsOf(profile: Partial<SampleProfile>): ProfileStats {
  const load = profile.users === undefined ? { ratePerSec: 40 } : {};
  const full: SampleProfile = { name: "p", durationMs: 120_000, ...load, ...profile };
  const stats = runFold.done(sampleJournal({ profiles: [full] }).reduce(runFold.step, runFold.init()));
  return stats.profiles[0]!;
}

function steadyOf(profile: Partial<SampleProfile>): ProfileSteady | undefined {
  return statsOf(profile).steady;
}

/** As a queue does that is asked for more than it can do: who comes later waits longer. */
const drowning: SampleProfile["answer"] = ({ dueMs }) => ({ serviceMs: 80 + 0.3 * dueMs });

describe("profileSteady", () => {
  test("even answers are steady, over the whole phase, in windows of two seconds", () => {
    const steady = steadyOf({});
    expect(steady).toMatchObject({ verdict: "steady", fromMs: 0, toMs: 120_000, windowMs: 2000 });
    expect(steady?.meanInFlight).toBeCloseTo(40 * 0.084, 0);
    expect(steady?.endedPerSec).toBeCloseTo(steady?.offeredPerSec ?? 0, 0);
  });

  test("answers that wait longer and longer are unstable: how much more stands there, and what came against what went", () => {
    const steady = steadyOf({ answer: drowning });
    expect(steady).toMatchObject({ verdict: "unstable", windowMs: 2000 });
    // Due at t, answered at 1.3 t: of 40 a second 40 ÷ 1.3 end, and the others stand there.
    expect(steady?.endedPerSec).toBeCloseTo(40 / 1.3, 0);
    expect(steady?.growth).toBeGreaterThan(0.9 * 120 * (40 - 40 / 1.3));
    expect(steady?.low).toBeGreaterThan(0);
  });

  test("requests that hang are not steady, though all that end are quick", () => {
    const hanging: SampleProfile["answer"] = ({ random }) => ({
      serviceMs: random.nextRatio() < 0.02 ? 1e9 : sampleLatencyMs(random, 80),
    });
    expect(steadyOf({ answer: hanging })?.verdict).toBe("undecided");
  });

  test("quick answers whose times creep are not steady", () => {
    const creeping: SampleProfile["answer"] = ({ dueMs, random }) => ({
      serviceMs: sampleLatencyMs(random, 60 + dueMs / 2000),
    });
    expect(steadyOf({ answer: creeping })?.verdict).toBe("undecided");
  });

  test("a request that failed has ended, too", () => {
    const failing: SampleProfile["answer"] = ({ random }) => {
      const serviceMs = sampleLatencyMs(random, 80);
      return random.nextRatio() < 0.5
        ? { serviceMs, failure: { kind: "http-5xx", message: "status 503" } }
        : { serviceMs };
    };
    const steady = steadyOf({ answer: failing });
    expect(steady?.verdict).toBe("steady");
    expect(steady?.endedPerSec).toBeCloseTo(steady?.offeredPerSec ?? 0, 0);
  });

  test("windows are four response times long, and ten of them are needed", () => {
    const slow = (serviceMs: number) => () => ({ serviceMs });
    expect(steadyOf({ answer: slow(1900) })?.windowMs).toBe(8000);
    expect(steadyOf({ answer: slow(3100) })).toBeUndefined();
    expect(steadyOf({ durationMs: 20_000 })?.toMs).toBe(20_000);
    expect(steadyOf({ durationMs: 19_000 })).toBeUndefined();
  });

  test("a planned ramp and a given warm-up are left out, a spike is not looked at", () => {
    expect(steadyOf({ users: 20, spawnPerSec: 1, thinkMs: 500 })).toMatchObject({
      fromMs: 20_000,
    });
    expect(steadyOf({ warmupMs: 7500 })).toMatchObject({ fromMs: 8000, toMs: 120_000 });
    expect(steadyOf({ users: 20, thinkMs: 500, durationMs: 50_000 })).toBeUndefined();
  });

  test("a journal that lost a second tells nothing", () => {
    const { series, tasks, ...rest } = statsOf({});
    const { slots, serviceBuckets } = tasks[tasks.length - 1]!;
    const phase = { ...rest, slots, serviceBuckets };
    expect(profileSteady({ ...phase, series })?.verdict).toBe("steady");
    expect(profileSteady({ ...phase, series: series.filter((_, at) => at !== 50) })).toBeUndefined();
  });
});
