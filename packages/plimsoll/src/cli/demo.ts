/** `plimsoll demo`: a real model, three profiles sized to this machine, a gate and a report, in about a minute. */
import { parseSpec } from "../spec/parse-spec.ts";
import type { Spec } from "../spec/spec.ts";
import type { SpecInput } from "../spec/written-spec.ts";
import { rerunCommand } from "./command-line.ts";
import type { Console } from "./console.ts";
import { brokenExtraMs, demoSpec, type Measured, measuringSpec, sizeDemo } from "./demo/demo-plan.ts";
import { type EndpointProcess, startEndpointProcess } from "./demo/endpoint-process.ts";
import { measureCapacity } from "./demo/measure.ts";
import { DEMO_SENTENCES } from "./demo/sentences.ts";
import { wholeNumber } from "./number-flag.ts";
import { printOutcome } from "./outcome.ts";
import { createProgress } from "./progress.ts";
import { runSession } from "./run-session.ts";

const MEASURE_S = 5;

export interface DemoFlags {
  readonly break?: boolean;
  readonly out: string;
  readonly seed?: string;
}

/** Returns the exit code of the verdict: 0 for a healthy endpoint, 1 with `--break`. */
export async function demoCommand(flags: DemoFlags, console: Console): Promise<number> {
  const seed = wholeNumber("--seed", flags.seed, { least: 0, most: 2 ** 32 - 1 });
  console.note("1/3  starting a real embedding model (all-MiniLM-L6-v2) …\n");
  let endpoint = await startEndpointProcess([]);
  try {
    console.note(`2/3  ready at ${endpoint.url}; measuring it for ${MEASURE_S} s to size the load to this machine …\n`);
    const measured = await measureCapacity(specOf(measuringSpec(endpoint.url, DEMO_SENTENCES, MEASURE_S)));
    console.note(`     it answers ${measured.capacityPerSec.toFixed(0)} requests/s of this mix flat out\n`);
    if (flags.break === true) endpoint = await breakEndpoint(endpoint, measured, console);
    const size = sizeDemo(measured);
    console.note(
      `3/3  ramp-up to ${size.rampUsers} users, sustained ${size.sustainedUsers}, spike of ${size.spikeUsers}: 20 s each\n`,
    );
    const result = await runSession({
      spec: specOf(demoSpec(endpoint.url, DEMO_SENTENCES, size)),
      outDir: flags.out,
      seed,
      threads: undefined,
      isAuthorised: false,
      command: rerunCommand(process.argv.slice(2)),
      console,
      watch: createProgress(console),
    });
    printOutcome(result, flags.out, console);
    return result.exitCode;
  } finally {
    await endpoint.stop();
  }
}

/** The build that must not ship: the same model, every text slower. The load stays sized to the good one. */
async function breakEndpoint(healthy: EndpointProcess, measured: Measured, console: Console): Promise<EndpointProcess> {
  await healthy.stop();
  const extraMs = brokenExtraMs(measured);
  console.note(`     --break: shipping a build that spends ${extraMs} ms more on every text …\n`);
  return startEndpointProcess(["--extra-per-text", `${extraMs}ms`]);
}

function specOf(value: SpecInput): Spec {
  return parseSpec(
    { kind: "value", file: "demo", value },
    { env: {}, readFile: () => ({ kind: "problem", message: "the demo reads no files" }) },
  );
}
