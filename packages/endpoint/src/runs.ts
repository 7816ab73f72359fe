/** What one inference run may hold. */
export interface RunLimits {
  readonly maxRows: number;
  /** Rows × the longest of them: what the runtime computes, padding included. */
  readonly maxPaddedTokens: number;
}

/**
 * Groups rows into inference runs, shortest first, so that rows of like length share their padding:
 * the cost of a run is its padded tokens. Row `i` holds `lengths[i]` tokens.
 *
 * Law: each row is in exactly one run. A row longer than `maxPaddedTokens` runs alone.
 *
 * @returns the indices of the rows of each run, such as `[[2, 0], [1]]`
 */
export function planRuns(lengths: readonly number[], { maxRows, maxPaddedTokens }: RunLimits): number[][] {
  const shortestFirst = lengths.map((length, row) => ({ length, row })).sort((a, b) => a.length - b.length);
  const runs: number[][] = [];
  let run: number[] = [];
  for (const { length, row } of shortestFirst) {
    const isFull = run.length === maxRows || (run.length + 1) * length > maxPaddedTokens;
    if (isFull && run.length > 0) {
      runs.push(run);
      run = [];
    }
    run.push(row);
  }
  if (run.length > 0) runs.push(run);
  return runs;
}
