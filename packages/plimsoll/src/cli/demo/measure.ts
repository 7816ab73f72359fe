import { describePlan } from "../../fleet/plan-record.ts";
import { runSpec } from "../../fleet/run-spec.ts";
import type { JournalRecord } from "../../records/record.ts";
import { runTotalsFold } from "../../records/run-totals.ts";
import type { Spec } from "../../spec/spec.ts";
import { describeEnvironment } from "../environment.ts";
import { admitTarget } from "../target.ts";
import type { Measured } from "./demo-plan.ts";

/** Asks the endpoint without pause for as long as `spec` says, and keeps no journal of it. */
export async function measureCapacity(spec: Spec): Promise<Measured> {
  const totals = runTotalsFold.init();
  // What ends in the drain is no throughput of the time.
  const count = (record: JournalRecord) => {
    if (record.k === "d" && (record.sec + 1) * 1000 <= (spec.profiles[record.phase]?.durationMs ?? 0))
      runTotalsFold.step(totals, record);
  };
  await runSpec({
    spec,
    plan: describePlan({
      spec,
      seed: 1,
      threads: 1,
      command: "",
      environment: describeEnvironment({}),
      specJson: null,
    }),
    target: await admitTarget(spec, false),
    references: {},
    secrets: [],
    userAgent: "Plimsoll (demo)",
    threadUrl: new URL("./load-thread.js", import.meta.url),
    sink: { append: count, appendDurable: async (record) => count(record) },
    onStart: () => {},
  });
  const seconds = spec.profiles.reduce((sum, profile) => sum + profile.durationMs, 0) / 1000;
  return { capacityPerSec: Math.max(1, runTotalsFold.done(totals).completed / seconds) };
}
