/** How a request wants its vectors written: as `/embed` lists them, or as OpenAI's data objects. */
export type VectorFormat = "plain" | "openai-float" | "openai-base64";

/** One request's texts, as a worker receives them. */
export interface EmbedJob {
  readonly texts: readonly string[];
  readonly isNormalized: boolean;
  readonly format: VectorFormat;
}

/** A job's answer: JSON text of its vectors in UTF-8 bytes, ready to be sent, and its tokens after truncation. */
export interface EmbedAnswer {
  readonly vectorsJson: Uint8Array<ArrayBuffer>;
  readonly tokenCount: number;
}

/** One call of the model. */
export interface InferenceRun {
  readonly textCount: number;
  readonly durationMs: number;
}

/** What a worker thread is started with. */
export interface WorkerSettings {
  readonly modelDir: string;
  readonly maxBatch: number;
  readonly extraMsPerText: number;
}

/** Main thread → worker. A worker holds one batch at a time. */
export type ToWorker = { readonly type: "batch"; readonly jobs: readonly EmbedJob[] } | { readonly type: "close" };

/** Worker → main thread. `answered` holds one answer per job, in order. */
export type FromWorker =
  | { readonly type: "ready"; readonly loadMs: number; readonly minCosine: number }
  | { readonly type: "unfit"; readonly reason: string }
  | { readonly type: "answered"; readonly answers: readonly EmbedAnswer[]; readonly runs: readonly InferenceRun[] }
  | { readonly type: "broke"; readonly reason: string };
