/** Steady states, drift, spikes and our own books, from a journal to a judgement. */
import { describe, expect, test } from "vitest";
import { sampleJournal } from "../analysis/journal-sample.ts";
import { runFold } from "../analysis/run-fold.ts";
import type { RunStats } from "../analysis/run-stats.ts";
import { type SampleAnswer, type SampleProfile, type SampleRequest, sampleLatencyMs } from "../analysis/sample-load.ts";
import type { JournalRecord } from "../records/record.ts";
import { judgeRun } from "./judge-run.ts";
import { sampleThreshold } from "./threshold-sample.ts";

type Shape = readonly (readonly [number, number])[];

/** As if the plan had had this shape. */
function shaped(record: JournalRecord, shape: Shape | undefined): JournalRecord {
  if (record.k !== "plan" || shape === undefined) return record;
  return { ...record, phases: record.phases.map((phase) => ({ ...phase, shape })) };
}

function statsOf(profile: Partial<SampleProfile>, shape?: Shape): RunStats {
  const load = profile.users === undefined ? { ratePerSec: 40 } : {};
  const full: SampleProfile = { name: "p", durationMs: 180_000, ...load, ...profile };
  const records = sampleJournal({ profiles: [full] }).map((record) => shaped(record, shape));
  return runFold.done(records.reduce(runFold.step, runFold.init()));
}

const slower =
  (factorAt: (dueMs: number) => number) =>
  ({ dueMs, random }: SampleRequest): SampleAnswer => ({ serviceMs: sampleLatencyMs(random, 100 * factorAt(dueMs)) });

const leak = slower((dueMs) => 1 + (0.2 * dueMs) / 60_000);

describe("drift < 10%", () => {
  const threshold = sampleThreshold({ kind: "drift" }, 0.1);

  test("a leak of 20 % a minute over 3 min fails, with its size and pace", () => {
    const judgement = judgeRun(statsOf({ answer: leak }), [threshold]);
    expect(judgement.thresholds[0]).toMatchObject({ verdict: "fail", unit: "ratio", limit: 0.1 });
    expect(judgement.thresholds[0]?.observed?.value).toBeGreaterThan(0.3);
    expect(judgement.thresholds[0]?.why).toMatch(/^p95 rose by .* evenly, as with a leak over .* limit 10 %\.$/);
    expect(judgement.findings).toContainEqual(
      expect.objectContaining({
        code: "drift",
        level: "warning",
        profile: "p",
        message: expect.stringMatching(
          /evenly, as with a leak: .* % a minute \([\d.]+ % to [\d.]+ %\)\. Look for what grows/,
        ),
      }),
    );
  });

  test("a target that stays as it is passes, without a finding", () => {
    const judgement = judgeRun(statsOf({}), [threshold]);
    expect(judgement.thresholds[0]).toMatchObject({ verdict: "pass" });
    expect(judgement.findings.filter(({ code }) => code.startsWith("drift"))).toEqual([]);
  });

  test("a jump of 40 % fails as one step, and says when", () => {
    const stats = statsOf({ answer: slower((dueMs) => (dueMs < 100_000 ? 1 : 1.4)) });
    expect(stats.profiles[0]?.drift).toMatchObject({ verdict: "drift", shape: "step" });
    expect(Math.abs((stats.profiles[0]?.drift?.stepAtMs ?? 0) - 100_000)).toBeLessThanOrEqual(10_000);
    expect(judgeRun(stats, [threshold]).thresholds[0]?.why).toContain("in one step at");
  });

  test("times that swing are too close to call, even where the last are hardly slower than the first", () => {
    const swinging = slower((dueMs) => Math.exp(0.5 * Math.sin((2 * Math.PI * dueMs) / 45_000)));
    const [judged] = judgeRun(statsOf({ answer: swinging }), [threshold]).thresholds;
    expect(Math.abs(judged?.observed?.value ?? 1)).toBeLessThan(0.1);
    expect(judged).toMatchObject({ verdict: "inconclusive", why: expect.stringContaining("run twice as long") });
  });

  describe("with a generator that was late at times", () => {
    const judged = (sendLagMs: (dueMs: number) => number, answer: (request: SampleRequest) => SampleAnswer) => {
      const stats = statsOf({ sendLagMs, answer });
      expect(stats.profiles[0]?.generator.health).toBe("degraded");
      return judgeRun(stats, [threshold]).thresholds[0];
    };
    const leaking = slower((dueMs) => 1 + dueMs / 60_000);

    test("a rise that no lateness explains fails all the same", () => {
      const hiccups = judged((dueMs) => (dueMs % 1000 < 30 ? 20 : 0.2), leaking);
      expect(hiccups).toMatchObject({ verdict: "fail", why: expect.stringContaining("evenly, as with a leak") });
    });

    test("a step that no lateness explains fails all the same", () => {
      const stepping = slower((dueMs) => (dueMs < 100_000 ? 1 : 2));
      const hiccups = judged((dueMs) => (dueMs % 1000 < 30 ? 20 : 0.2), stepping);
      expect(hiccups).toMatchObject({ verdict: "fail", why: expect.stringContaining("in one step at") });
    });

    test("a rise that is as good as all lateness, or may be, is inconclusive", () => {
      const steady = slower(() => 1);
      for (const late of [(dueMs: number) => dueMs / 8000, (dueMs: number) => (dueMs < 100_000 ? 0.2 : 24)])
        expect(judged(late, (request) => ({ serviceMs: 0.2 * steady(request).serviceMs }))).toMatchObject({
          verdict: "inconclusive",
          why: expect.stringContaining("Without the generator's own lateness it might have passed."),
        });
    });
  });

  test("a phase of two minutes, or of few requests, is not judged", () => {
    for (const few of [{ durationMs: 120_000 }, { ratePerSec: 4 }]) {
      const judged = judgeRun(statsOf({ answer: leak, ...few }), [threshold]).thresholds[0];
      expect(judged).toMatchObject({ verdict: "inconclusive", observed: undefined });
    }
  });

  test("one task can drift beside others that do not", () => {
    const answer = (request: SampleRequest): SampleAnswer =>
      request.task === "batch_embed" ? leak(request) : { serviceMs: sampleLatencyMs(request.random, 80) };
    const of = (task: string) =>
      judgeRun(statsOf({ answer, ratePerSec: 120 }), [sampleThreshold({ kind: "drift" }, 0.1, { task })]).thresholds[0];
    expect(of("batch_embed")?.verdict).toBe("fail");
    expect(of("single_embed")?.verdict).toBe("pass");
  });
});

describe("a target that drowns", () => {
  const unstableOf = (profile: Partial<SampleProfile>) =>
    judgeRun(statsOf({ durationMs: 60_000, ...profile }), []).findings.filter(({ code }) => code === "unstable");

  test("is told with what came, what went and how many more stand there; the verdict stays as it is", () => {
    const answer = ({ dueMs }: SampleRequest): SampleAnswer => ({ serviceMs: 80 + 0.3 * dueMs });
    const message = expect.stringMatching(
      /^Requests came faster than they were answered, 4\d\.\d\/s against 3\d(\.\d)?\/s: \d{3} more requests \(\d{3} to \d{3}\) in flight after 1 m\. The target does not hold this load/,
    );
    expect(unstableOf({ answer })).toEqual([
      { code: "unstable", level: "warning", profile: "p", task: undefined, fromMs: 0, toMs: 60_000, message },
    ]);
    expect(judgeRun(statsOf({ durationMs: 60_000, answer }), []).verdict).toBe("pass");
  });

  test("is not told to run for longer", () => {
    const answer = ({ dueMs }: SampleRequest): SampleAnswer => ({ serviceMs: 80 + 0.3 * dueMs });
    const stats = statsOf({ durationMs: 60_000, answer });
    expect(stats.profiles[0]?.warmup).toMatchObject({
      isNeverWarm: true,
      why: expect.stringMatching(/by half of the phase: more requests came than were answered\.$/),
    });
    const told = judgeRun(stats, [sampleThreshold({ kind: "quantile", ratio: 0.95 }, 60_000)]);
    expect(told.findings.map(({ code }) => code)).toContain("unstable");
    expect(JSON.stringify(told)).not.toContain("twice as long");
  });

  test("is told of users, too, who cannot come faster than they are answered", () => {
    const answer = ({ dueMs }: SampleRequest): SampleAnswer => ({ serviceMs: dueMs < 20_000 ? 10 : 60_000 });
    const [found] = unstableOf({
      users: 400,
      spawnPerSec: 1e9,
      thinkMs: 20_000,
      durationMs: 61_000,
      answer,
    });
    expect(found?.message).toMatch(
      /^More and more users wait for an answer: \d{3} more requests .* in flight after 1 m\.$/,
    );
  });

  test("is not one that answers as fast as it is asked", () => {
    for (const profile of [{}, { ratePerSec: 8 }, { answer: leak }]) expect(unstableOf(profile)).toEqual([]);
  });
});

describe("recovery < 20s", () => {
  const SPIKE: Shape = [
    [0, 40],
    [80_000, 40],
    [80_000, 120],
    [90_000, 120],
    [90_000, 40],
    [180_000, 40],
  ];
  const threshold = sampleThreshold({ kind: "recovery" }, 20_000);
  const until = (endMs: number) => slower((dueMs) => (dueMs >= 80_000 && dueMs < endMs ? 20 : 1));
  const judged = (endMs: number, shape: Shape | undefined = SPIKE) =>
    judgeRun(statsOf({ answer: until(endMs) }, shape), [threshold]);

  test("as before after 10 s passes", () => {
    const judgement = judged(100_000);
    expect(judgement.thresholds[0]).toMatchObject({ verdict: "pass", unit: "s", limit: 20 });
    expect(Math.abs((judgement.thresholds[0]?.observed?.value ?? 0) - 10)).toBeLessThanOrEqual(3);
    expect(judgement.findings).toContainEqual(expect.objectContaining({ code: "spike", fromMs: 80_000, toMs: 90_000 }));
  });

  test("as before after 40 s fails, after 20 s is too close to call", () => {
    expect(judged(130_000).thresholds[0]).toMatchObject({ verdict: "fail" });
    expect(judged(110_000).thresholds[0]).toMatchObject({ verdict: "inconclusive" });
  });

  test("slow to the end fails: it was watched for longer than the limit", () => {
    expect(judged(180_000).thresholds[0]).toMatchObject({ verdict: "fail" });
  });

  test("watched for less than the limit is inconclusive, with what was watched", () => {
    const short: Shape = [...SPIKE.slice(0, -1), [100_000, 40]];
    const stats = statsOf({ answer: until(180_000), durationMs: 100_000 }, short);
    const [found] = judgeRun(stats, [threshold]).thresholds;
    expect(found).toMatchObject({ verdict: "inconclusive", observed: { high: undefined } });
    expect(found?.observed?.value).toBeLessThan(10);
  });

  test("without a spike there is nothing to recover from", () => {
    const level: Shape = [
      [0, 40],
      [180_000, 40],
    ];
    expect(judged(0, level).thresholds[0]).toMatchObject({ verdict: "inconclusive", observed: undefined });
  });
});

describe("users who all come at once", () => {
  const spikeOf = (more: Pick<SampleProfile, "answer" | "thinkMs">) => {
    const stats = statsOf({ users: 200, spawnPerSec: 200, durationMs: 60_000, ...more });
    return judgeRun(stats, []).findings.filter(({ code }) => code === "spike");
  };

  test("are told what share of them is sent away, in words and as a warning", () => {
    const refused = { serviceMs: 2, failure: { kind: "http-5xx", message: "status 503" } } as const;
    const answer = ({ random }: SampleRequest): SampleAnswer =>
      random.nextRatio() < 0.4 ? refused : { serviceMs: 100 };
    const [found] = spikeOf({ answer, thinkMs: 500 });
    expect(found).toMatchObject({ level: "warning", profile: "p", fromMs: 0, toMs: 60_000 });
    expect(found?.message).toMatch(
      /^With 200 users at once the target sheds load: \d+ requests in flight at most, half of the answers within 100 ms, (40(\.\d)?|39\.\d) % shed, 0 % timed out\.$/,
    );
  });

  test("wait, which is no warning and has no recovery", () => {
    const [found, ...more] = spikeOf({ answer: () => ({ serviceMs: 2500 }) });
    expect(more).toEqual([]);
    expect(found?.level).toBe("info");
    // A histogram holds a time within half a per cent.
    expect(found?.message).toMatch(
      /^With 200 users at once they wait: 200 requests in flight at most, half of the answers within 2\.(49|5|51) s, 0 % shed, 0 % timed out\.$/,
    );
  });
});

describe("our own books", () => {
  test("balance on every sample load", () => {
    for (const profile of [{}, { ratePerSec: 8 }, { answer: leak }]) {
      const stats = statsOf(profile);
      expect(stats.profiles[0]?.books?.verdict).not.toBe("unbalanced");
    }
    const closed = sampleJournal({ profiles: [{ name: "c", users: 20, thinkMs: 200, durationMs: 120_000 }] });
    const stats = runFold.done(closed.reduce(runFold.step, runFold.init()));
    expect(stats.profiles[0]?.books?.verdict).toBe("balanced");
  });

  test("tell nothing of a target that leaves requests unanswered: they stand in the gauge and in no sum", () => {
    const answer = ({ dueMs, random }: SampleRequest): SampleAnswer => ({
      serviceMs: dueMs < 20_000 && random.nextRatio() < 0.05 ? 1e9 : sampleLatencyMs(random, 80),
    });
    const judgement = judgeRun(statsOf({ answer }), []);
    expect(judgement.findings.map(({ code }) => code)).toContain("unanswered");
    expect(judgement.findings.map(({ code }) => code)).not.toContain("books");
  });

  test("service times half as long again than they can have been are told of", () => {
    const records = sampleJournal({ profiles: [{ name: "c", users: 20, thinkMs: 200, durationMs: 120_000 }] });
    const wrong = records.map((record) => (record.k === "d" ? { ...record, tasks: longer(record.tasks) } : record));
    const stats = runFold.done(wrong.reduce(runFold.step, runFold.init()));
    expect(judgeRun(stats, []).findings).toContainEqual(expect.objectContaining({ code: "books", level: "error" }));
  });
});

type Tasks = Extract<JournalRecord, { k: "d" }>["tasks"];

function longer(tasks: Tasks): Tasks {
  return Object.fromEntries(
    Object.entries(tasks).map(([name, task]) => {
      const { sum, min, max } = task.serviceMs;
      return [name, { ...task, serviceMs: { sum: 1.5 * sum, min, max } }];
    }),
  );
}
