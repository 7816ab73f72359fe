/** The model served, as it names itself in every answer. */
export const MODEL_NAME = "all-MiniLM-L6-v2";

/** Floats in one vector. */
export const DIMENSIONS = 384;

/** Longest row the model was made for, in tokens, with [CLS] and [SEP]. Source: model/sentence_bert_config.json. */
export const MAX_TOKENS = 256;

/**
 * Most padded tokens (rows × longest row) in one inference run. The runtime keeps its largest allocation for ever:
 * 256 texts of 256 tokens leave the process at 280 MB with this limit and at 445 MB with four times it, no faster.
 */
export const MAX_RUN_TOKENS = 1024;

/** Most texts one request may carry. */
export const MAX_TEXTS = 256;

/** Longest text a request may carry, in UTF-8 bytes. */
export const MAX_TEXT_BYTES = 32 * 1024;

/** Largest request body, in bytes. */
export const MAX_BODY_BYTES = 2 * 1024 * 1024;

/** A golden vector counts as reproduced from this cosine on. */
export const MIN_COSINE = 0.99;
