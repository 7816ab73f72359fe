import { type CliResult, runCli } from "./run-cli.ts";
import { summaryIn } from "./summary.ts";
import { tempDir } from "./temp-dir.ts";

const TRIES = 4;

/** A `plimsoll find` that came to an answer, with what it left. */
export interface FitSearch extends CliResult {
  readonly summary: ReturnType<typeof summaryIn>;
  /** Where it left its files. */
  readonly dir: string;
}

/**
 * Searches, and searches anew while the generator was unfit in a third of the steps or more, for which a search is given up or
 * goes without its table, or in a row of that: what is asked here is not whether the machine was quiet. Only that is tried
 * again, never a wrong answer.
 *
 * @throws when it was so four times, with what the last one said
 */
export async function searchUntilFit(args: readonly string[]): Promise<FitSearch> {
  for (let tries = 1; ; tries++) {
    const dir = tempDir();
    const run = await runCli(["find", ...args, "--out", dir]);
    const summary = summaryIn(dir);
    const { outcome, steps, unfitSteps, levels } = summary.capacity;
    const areStepsFit = outcome !== "given-up" && unfitSteps.length <= steps.length / 2;
    if (areStepsFit && levels.every(({ isFit }: { readonly isFit: boolean }) => isFit)) return { ...run, summary, dir };
    if (tries === TRIES) throw new Error(`the generator was never fit to search with:\n${run.stderr}`);
  }
}
