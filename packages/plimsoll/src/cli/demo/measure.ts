import { runFold } from "../../analysis/run-fold.ts";
import { describePlan } from "../../fleet/plan-record.ts";
import { runSpec } from "../../fleet/run-spec.ts";
import type { JournalRecord } from "../../records/record.ts";
import type { Spec } from "../../spec/spec.ts";
import { describeEnvironment } from "../environment.ts";
import { admitTarget } from "../target.ts";
import type { Measured } from "./demo-plan.ts";

/** Asks the endpoint without pause for as long as `spec` says, and keeps no journal of it. */
export async function measureCapacity(spec: Spec): Promise<Measured> {
  const target = await admitTarget(spec, false);
  let state = runFold.init();
  const fold = (record: JournalRecord) => {
    state = runFold.step(state, record);
  };
  const plan = describePlan({
    spec,
    seed: 1,
    threads: 1,
    command: "",
    environment: describeEnvironment({}),
    specJson: null,
  });
  fold(plan);
  await runSpec({
    spec,
    plan,
    target,
    references: {},
    secrets: [],
    threadUrl: new URL("./load-thread.js", import.meta.url),
    sink: { append: fold, appendDurable: async (record) => fold(record) },
    onStart: () => {},
  });
  const total = runFold.done(state).profiles[0]?.tasks.at(-1);
  return { capacityPerSec: Math.max(1, total?.completedPerSec ?? 0) };
}
