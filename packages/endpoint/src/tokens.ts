/**
 * Cuts a row of token ids to `maxTokens`, keeping the final one: the model was trained with [SEP] at the end of every
 * row, cut or not. (The JavaScript tokenizer adds [CLS] and [SEP] but truncates nothing.)
 */
export function truncateTokens(ids: readonly number[], maxTokens: number): readonly number[] {
  return ids.length <= maxTokens ? ids : [...ids.slice(0, maxTokens - 1), ...ids.slice(-1)];
}

/** One padded batch as the model takes it: row-major, `rows.length` × `width`. */
export interface PaddedRows {
  readonly width: number;
  readonly ids: BigInt64Array;
  /** 1 for a token, 0 for padding. */
  readonly mask: BigInt64Array;
}

/** Pads rows of token ids with 0 to the length of the longest. */
export function padRows(rows: readonly (readonly number[])[]): PaddedRows {
  const width = rows.reduce((longest, row) => Math.max(longest, row.length), 0);
  const ids = new BigInt64Array(rows.length * width);
  const mask = new BigInt64Array(rows.length * width);
  for (const [r, row] of rows.entries()) {
    for (const [i, id] of row.entries()) {
      ids[r * width + i] = BigInt(id);
      mask[r * width + i] = 1n;
    }
  }
  return { width, ids, mask };
}
