/**
 * Mean of a row's token vectors: mean pooling as sentence-transformers does it. Padding stands at the end of a row, so
 * the row's first `tokenCount` vectors are its tokens.
 *
 * @param hidden one row of the model's last_hidden_state: at least `tokenCount` × `dimensions` floats
 */
export function meanPool(hidden: Float32Array, tokenCount: number, dimensions: number): Float32Array {
  const sums = new Float64Array(dimensions);
  for (let token = 0; token < tokenCount; token++) {
    for (let d = 0; d < dimensions; d++) sums[d] = sums[d]! + hidden[token * dimensions + d]!;
  }
  return Float32Array.from(sums, (sum) => sum / tokenCount);
}
