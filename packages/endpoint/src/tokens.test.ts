import { describe, expect, test } from "vitest";
import { padRows, truncateTokens } from "./tokens.ts";

describe("truncateTokens", () => {
  test.each([
    ["a row that fits is left alone", [101, 7, 102], 3, [101, 7, 102]],
    ["a row that is too long keeps its final [SEP]", [101, 7, 8, 9, 102], 3, [101, 7, 102]],
  ])("%s", (_, ids, maxTokens, expected) => expect(truncateTokens(ids, maxTokens)).toEqual(expected));
});

test("padRows pads with 0 to the longest row and masks the padding", () => {
  const { width, ids, mask } = padRows([[101, 102], [101, 7, 102]]); // biome-ignore format: two rows
  expect(width).toBe(3);
  expect([...ids]).toEqual([101n, 102n, 0n, 101n, 7n, 102n]);
  expect([...mask]).toEqual([1n, 1n, 0n, 1n, 1n, 1n]);
});
