import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Tokenizer } from "@huggingface/tokenizers";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { DIMENSIONS, MAX_RUN_TOKENS, MAX_TOKENS } from "./limits.ts";
import type { InferenceRun } from "./messages.ts";
import { meanPool } from "./pooling.ts";
import { planRuns } from "./runs.ts";
import { padRows, truncateTokens } from "./tokens.ts";

/** One text to embed. */
export interface EmbedRow {
  readonly text: string;
  readonly isNormalized: boolean;
}

/** Vectors and token counts in the order of the rows. */
export interface EmbeddedRows {
  readonly vectors: readonly Float32Array[];
  readonly tokenCounts: readonly number[];
  readonly runs: readonly InferenceRun[];
}

/** How an `Embedder` runs its model. */
export interface EmbedderOptions {
  readonly modelDir: string;
  readonly maxBatch: number;
  /** Called after each run with its number of texts; blocks the thread to slow it down. */
  readonly holdAfterRun: (textCount: number) => void;
}

/** The loaded model with its tokenizer: text in, vectors out. Owns a native session until `close`. */
export class Embedder {
  readonly #tokenizer: Tokenizer;
  readonly #session: InferenceSession;
  readonly #options: EmbedderOptions;

  private constructor(tokenizer: Tokenizer, session: InferenceSession, options: EmbedderOptions) {
    this.#tokenizer = tokenizer;
    this.#session = session;
    this.#options = options;
  }

  /** Loads model and tokenizer from `modelDir`. */
  static async load(options: EmbedderOptions): Promise<Embedder> {
    const tokenizer = new Tokenizer(
      await readJson(options.modelDir, "tokenizer.json"),
      await readJson(options.modelDir, "tokenizer_config.json"),
    );
    // One thread: workers scale by being many, and two that both spread over all cores disturb each other.
    const session = await InferenceSession.create(join(options.modelDir, "model.int8.onnx"), {
      executionProviders: ["cpu"],
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
    });
    return new Embedder(tokenizer, session, options);
  }

  /** Embeds rows in as few runs as the limits allow. Blocks its thread meanwhile: `session.run` is not asynchronous. */
  async embed(rows: readonly EmbedRow[]): Promise<EmbeddedRows> {
    const tokenRows = rows.map((row) => truncateTokens(this.#tokenizer.encode(row.text).ids, MAX_TOKENS));
    const tokenCounts = tokenRows.map((ids) => ids.length);
    const limits = { maxRows: this.#options.maxBatch, maxPaddedTokens: MAX_RUN_TOKENS };
    const vectors: Float32Array[] = rows.map(() => new Float32Array());
    const runs: InferenceRun[] = [];
    for (const run of planRuns(tokenCounts, limits)) {
      const startMs = performance.now();
      const runTokens = run.map((row) => tokenRows[row] ?? []);
      const isNormalized = run.map((row) => rows[row]?.isNormalized ?? true);
      const runVectors = await this.#infer(runTokens, isNormalized);
      for (const [i, row] of run.entries()) vectors[row] = runVectors[i] ?? new Float32Array();
      this.#options.holdAfterRun(run.length);
      runs.push({ textCount: run.length, durationMs: performance.now() - startMs });
    }
    return { vectors, tokenCounts, runs };
  }

  /** Releases the native session. */
  async close(): Promise<void> {
    await this.#session.release();
  }

  async #infer(rows: readonly (readonly number[])[], isNormalized: readonly boolean[]): Promise<Float32Array[]> {
    const { width, ids, mask } = padRows(rows);
    const tensor = (data: BigInt64Array) => new Tensor("int64", data, [rows.length, width]);
    const feeds = {
      input_ids: tensor(ids),
      attention_mask: tensor(mask),
      token_type_ids: tensor(new BigInt64Array(ids.length)),
    };
    // Naming only the outputs wanted spares the copy of the large last_hidden_state.
    const hasRaw = isNormalized.includes(false);
    const outputs = await this.#session.run(feeds, ["sentence_embedding", ...(hasRaw ? ["last_hidden_state"] : [])]);
    const unit = floats(outputs["sentence_embedding"]);
    const hidden = hasRaw ? floats(outputs["last_hidden_state"]) : new Float32Array();
    return rows.map((row, r) =>
      isNormalized[r]
        ? unit.slice(r * DIMENSIONS, (r + 1) * DIMENSIONS)
        : meanPool(hidden.subarray(r * width * DIMENSIONS), row.length, DIMENSIONS),
    );
  }
}

function floats(output: { readonly data?: unknown } | undefined): Float32Array {
  if (output?.data instanceof Float32Array) return output.data;
  throw new Error("the model did not answer with 32-bit floats");
}

async function readJson(modelDir: string, name: string): Promise<object> {
  return JSON.parse(await readFile(join(modelDir, name), "utf8"));
}
