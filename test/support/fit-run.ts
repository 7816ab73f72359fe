import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type CliOptions, type CliResult, runCli } from "./run-cli.ts";
import { summaryIn } from "./summary.ts";

const TRIES = 6;
const CALM_MS = 1000;
const CALM_LATENESS_MS = 10;
const MOST_WAIT_MS = 20_000;

/**
 * Makes an attempt that leaves its results in `out`, and makes it anew while the generator says that it was not fit to
 * judge by: a machine that is busy with something else spoils a run, and what a test asks of the verdict is not that the
 * machine was quiet. Only that is tried again, never a wrong answer.
 *
 * @throws when it was never fit in six tries, with what the generator was short of each time
 */
export async function untilFit<T>(out: string, attempt: () => Promise<T>): Promise<T> {
  const reasons: string[] = [];
  for (let tries = 1; tries <= TRIES; tries++) {
    const result = await attempt();
    const unfit = unfitReasons(out);
    if (unfit.length === 0) return result;
    reasons.push(`${tries}: ${unfit.join(" ")}`);
    await calm();
  }
  throw new Error(`the generator was never fit to judge by:\n${reasons.join("\n")}`);
}

/** `untilFit` of a command that writes to `--out OUT`. */
export function runUntilFit(args: readonly string[], out: string, options?: CliOptions): Promise<CliResult> {
  return untilFit(out, () => runCli([...args, "--out", out], options));
}

/** None where the run left no summary: then there is nothing to wait for. */
function unfitReasons(out: string): readonly string[] {
  if (!existsSync(join(out, "summary.json"))) return [];
  const { profiles } = summaryIn(out);
  return profiles
    .filter(({ generator }: { readonly generator: { readonly health: string } }) => generator.health === "invalid")
    .flatMap(({ generator }: { readonly generator: { readonly reasons: readonly string[] } }) => generator.reasons);
}

/** Waits for a second in which no timer of this process came late, 20 s at most. */
async function calm(): Promise<void> {
  const giveUpAtMs = performance.now() + MOST_WAIT_MS;
  let calmSinceMs = performance.now();
  while (performance.now() < giveUpAtMs && performance.now() - calmSinceMs < CALM_MS) {
    const dueMs = performance.now() + CALM_LATENESS_MS;
    await sleep(CALM_LATENESS_MS);
    if (performance.now() - dueMs > CALM_LATENESS_MS) calmSinceMs = performance.now();
  }
}
