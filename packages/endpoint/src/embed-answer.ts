import { DIMENSIONS, MODEL_NAME } from "./limits.ts";
import type { EmbedAnswer } from "./messages.ts";

/** The body of `/embed`'s answer, as bytes: the worker wrote the vectors, here they are only framed. */
export function embedBody(answer: EmbedAnswer, latencyMs: number): Buffer {
  const tail = { dimensions: DIMENSIONS, model: MODEL_NAME, latency_ms: Number(latencyMs.toFixed(3)) };
  return frame(`{"embeddings":`, answer, tail);
}

/** The body of `/v1/embeddings`' answer, as bytes. */
export function openAiBody(answer: EmbedAnswer): Buffer {
  const usage = { prompt_tokens: answer.tokenCount, total_tokens: answer.tokenCount };
  return frame(`{"object":"list","data":`, answer, { model: MODEL_NAME, usage });
}

function frame(head: string, answer: EmbedAnswer, tail: object): Buffer {
  const { buffer, byteOffset, byteLength } = answer.vectorsJson;
  const vectors = Buffer.from(buffer, byteOffset, byteLength);
  return Buffer.concat([Buffer.from(head), vectors, Buffer.from(`,${JSON.stringify(tail).slice(1)}`)]);
}
