import type { EmbedAnswer, EmbedJob, VectorFormat } from "./messages.ts";
import { vectorToBase64, vectorToJson } from "./vector-text.ts";

/** Writes one job's vectors as JSON. Runs in the worker: digits cost more than the main thread can spare. */
export function writeAnswer(job: EmbedJob, vectors: readonly Float32Array[], tokenCount: number): EmbedAnswer {
  const json = `[${vectors.map((vector, index) => writeVector(vector, index, job.format)).join(",")}]`;
  return { vectorsJson: new TextEncoder().encode(json), tokenCount };
}

function writeVector(vector: Float32Array, index: number, format: VectorFormat): string {
  if (format === "plain") return vectorToJson(vector);
  const embedding = format === "openai-float" ? vectorToJson(vector) : `"${vectorToBase64(vector)}"`;
  return `{"object":"embedding","index":${index},"embedding":${embedding}}`;
}
