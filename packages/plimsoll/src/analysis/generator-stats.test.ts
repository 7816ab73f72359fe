import { expect, test } from "vitest";
import type { ErrorKind } from "../base/outcome.ts";

import { generatorStats } from "./generator-stats.ts";
import { sampleJournal } from "./journal-sample.ts";
import { runFold } from "./run-fold.ts";

const ONE_PHASE = sampleJournal({ profiles: [{ name: "p", ratePerSec: 30, durationMs: 3000 }] });

/** The same phase whose every second tells of ten connections that we closed and opened again. */
function withReopened(kind: ErrorKind | undefined) {
  const [profile] = runFold.done(ONE_PHASE.reduce(runFold.step, runFold.init())).profiles;
  const seconds = ONE_PHASE.flatMap((record) => (record.k === "d" ? [{ ...record.gen, reopenedByUsCount: 10 }] : []));
  const errors =
    kind === undefined ? [] : [{ kind, count: 10 * seconds.length, message: "", firstAtMs: 0, lastAtMs: 0 }];
  return generatorStats({
    planned: profile!.planned,
    arrivals: profile!.arrivals,
    errors,
    dropped: {},
    lag: [],
    seconds,
    limitsMs: [500],
    isFinished: true,
  });
}

test("connections that we close for no fault of the target make the generator invalid", () => {
  expect(withReopened(undefined)).toMatchObject({ health: "invalid" });
  expect(withReopened("http-5xx")).toMatchObject({ health: "invalid" });
});

test.each([["timeout"], ["too-large"], ["protocol"]] as const)(
  "a connection that %s made unusable is the target's doing",
  (kind) => expect(withReopened(kind)).toMatchObject({ health: "ok", reasons: [] }),
);
