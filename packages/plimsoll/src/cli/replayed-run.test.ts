import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { askedSearch, imaginedSearch, stationAnswer } from "../analysis/capacity/imagined-search.ts";
import { describePhase, describePlan } from "../fleet/plan-record.ts";
import { steeredTo } from "../plan/steer.ts";
import { encodeLine } from "../records/line-codec.ts";
import { JOURNAL_FORMAT, type JournalRecord, type PlanRecord } from "../records/record.ts";
import { SAMPLE_ENVIRONMENT, SAMPLE_HEADER } from "../records/sample-journal.ts";
import { parseSpec } from "../spec/parse-spec.ts";
import type { Spec } from "../spec/spec.ts";
import { journalSpec } from "./journal-spec.ts";
import { readReplayedRun } from "./replayed-run.ts";

function specOf(more: object = {}): Spec {
  const value = {
    target: "http://127.0.0.1:1",
    headers: { authorization: "Bearer a-secret" },
    data: { rows: ["a", "b"] },
    tasks: { ask: { get: "/{{pick rows}}" } },
    profiles: { steady: { users: 4, for: "10s" } },
    thresholds: ["p95 < 1s"],
    ...more,
  };
  return parseSpec(
    { kind: "value", file: "test", value },
    { env: {}, readFile: () => ({ kind: "problem", message: "none" }) },
  );
}

const SPEC = specOf();
const STEERED = steeredTo(SPEC.profiles[0]!, 3000, 9);
const HEADER: JournalRecord = { k: "hdr", fmt: JOURNAL_FORMAT, ...SAMPLE_HEADER };
const PLAN: PlanRecord = describePlan({
  ...{ spec: SPEC, seed: 7, threads: 1, command: "plimsoll run", environment: SAMPLE_ENVIRONMENT },
  specJson: journalSpec(SPEC, []),
});
const STEER: JournalRecord = {
  ...{ k: "steer", phase: 0, atMs: 3200, who: "page", what: { users: 9 }, stages: STEERED.stages },
  planned: describePhase(SPEC, STEERED, { seed: 7, index: 0 }),
};

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plimsoll-test-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function replayed(records: readonly JournalRecord[], spec = SPEC, seed?: number) {
  await writeFile(join(folder, "run.plj"), records.map((record, n) => encodeLine(record, n)).join(""));
  return readReplayedRun(folder, spec, seed);
}

describe("a run that is run again", () => {
  test("has the load that it had in the end, its seed, and all else of the spec that is given", async () => {
    const given = specOf({ target: "http://127.0.0.1:2", thresholds: ["p95 < 9s"] });
    const { spec, seed, note } = await replayed([HEADER, PLAN, STEER], given);
    expect(spec).toEqual({ ...given, profiles: [{ ...STEERED, plannedUsers: 4 }] });
    expect([seed, note]).toEqual([7, "runs 20261123-k3v9 again: seed 7, with 1 change made by hand\n"]);
  });

  test("that was not changed is run again as it was planned, whatever numbers the spec has now", async () => {
    const { spec, note } = await replayed(
      [HEADER, PLAN],
      specOf({ profiles: { steady: { users: 90, for: "1s" } } }),
      7,
    );
    expect(spec.profiles).toEqual(SPEC.profiles);
    expect(note).toContain("nobody changed its load");
  });

  test("is run again once more, and those who were added keep their numbers", async () => {
    const { spec } = await replayed([HEADER, PLAN, STEER]);
    const again = { ...PLAN, spec: journalSpec(spec, []) };
    expect((await replayed([HEADER, again])).spec).toEqual(spec);
    const twice = steeredTo(spec.profiles[0]!, 5000, 20);
    expect((await replayed([HEADER, again, { ...STEER, stages: twice.stages }])).spec.profiles).toEqual([twice]);
  });

  test.each<[string, readonly JournalRecord[], Spec, number | undefined, RegExp]>([
    ["another seed", [HEADER, PLAN], SPEC, 8, /had the seed 7, not 8/],
    [
      "other tasks",
      [HEADER, PLAN],
      specOf({ tasks: { ask: { get: "/b/{{pick rows}}" } } }),
      7,
      /other tasks or other data/,
    ],
    ["other data", [HEADER, PLAN], specOf({ data: { rows: ["a", "c"] } }), 7, /other tasks or other data/],
    [
      "other profiles",
      [HEADER, PLAN],
      specOf({ profiles: { spike: { users: 4, for: "10s" } } }),
      7,
      /was of steady, not of spike/,
    ],
    ["a journal without the spec", [HEADER, { ...PLAN, spec: {} }], SPEC, 7, /does not tell its load/],
    ["a change without its parts", [HEADER, PLAN, { ...STEER, stages: [] }], SPEC, 7, /does not tell its load/],
    ["no plan", [HEADER], SPEC, 7, /holds no plan/],
    [
      "a search",
      imaginedSearch({
        asked: askedSearch({ startLoad: 40, budgetMs: 20_000, levels: [] }),
        ...{ seed: 7, limitsMs: [500], target: () => stationAnswer(8, 100) },
      }),
      SPEC,
      undefined,
      /decides on its load as it goes/,
    ],
  ])("%s: it is refused, with why", async (_, records, spec, seed, why) => {
    await expect(replayed(records, spec, seed)).rejects.toThrow(why);
  });
});
