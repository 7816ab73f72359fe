import { expect, test } from "vitest";
import { embedBody, openAiBody } from "./embed-answer.ts";

const answer = { vectorsJson: new TextEncoder().encode("[[1,2]]"), tokenCount: 5 };

test("/embed's body is JSON around the vectors", () =>
  expect(JSON.parse(embedBody(answer, 1.23456).toString())).toEqual({
    embeddings: [[1, 2]],
    dimensions: 384,
    model: "all-MiniLM-L6-v2",
    latency_ms: 1.235,
  }));

test("/v1/embeddings' body counts the tokens", () =>
  expect(JSON.parse(openAiBody(answer).toString())).toEqual({
    object: "list",
    data: [[1, 2]],
    model: "all-MiniLM-L6-v2",
    usage: { prompt_tokens: 5, total_tokens: 5 },
  }));
