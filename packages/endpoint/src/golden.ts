import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { cosine } from "./cosine.ts";
import type { Embedder } from "./embedder.ts";
import { MIN_COSINE } from "./limits.ts";

/** Sentences with their vectors as the original float32 model answers them: model/golden.json. */
export interface Golden {
  readonly sentences: readonly string[];
  readonly embeddings: readonly (readonly number[])[];
}

/** Reads model/golden.json. */
export async function readGolden(modelDir: string): Promise<Golden> {
  return JSON.parse(await readFile(join(modelDir, "golden.json"), "utf8"));
}

/**
 * Embeds the golden sentences, each alone and all in one padded batch, and warms the model up by it.
 *
 * @returns the smallest cosine to the reference
 * @throws Error when one is below `MIN_COSINE`: this machine computes something else, and must not serve
 */
export async function checkGolden(embedder: Embedder, { sentences, embeddings }: Golden): Promise<number> {
  const rows = sentences.map((text) => ({ text, isNormalized: true }));
  const alone: Float32Array[] = [];
  for (const row of rows) alone.push(...(await embedder.embed([row])).vectors);
  const batched = (await embedder.embed(rows)).vectors;
  let minCosine = 1;
  for (const [i, vector] of [...alone, ...batched].entries()) {
    const sentence = i % sentences.length;
    const similarity = cosine(vector, embeddings[sentence] ?? []);
    // Written so that NaN fails too.
    if (!(similarity >= MIN_COSINE))
      throw new Error(`golden sentence ${sentence}: cosine ${similarity.toFixed(4)}, needs at least ${MIN_COSINE}`);
    minCosine = Math.min(minCosine, similarity);
  }
  return minCosine;
}
