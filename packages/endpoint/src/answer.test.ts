import { expect, test } from "vitest";
import { writeAnswer } from "./answer.ts";

const vectors = [Float32Array.from([1, 0.5]), Float32Array.from([0, -2])];

test.each([
  ["plain", "[[1,0.5],[0,-2]]"],
  [
    "openai-float",
    `[{"object":"embedding","index":0,"embedding":[1,0.5]},{"object":"embedding","index":1,"embedding":[0,-2]}]`,
  ],
  [
    "openai-base64",
    `[{"object":"embedding","index":0,"embedding":"AACAPwAAAD8="},{"object":"embedding","index":1,"embedding":"AAAAAAAAAMA="}]`,
  ],
] as const)("%s vectors are written as its clients read them", (format, expected) => {
  const answer = writeAnswer({ texts: ["a", "b"], isNormalized: true, format }, vectors, 6);
  expect(new TextDecoder().decode(answer.vectorsJson)).toBe(expected);
  expect(answer.tokenCount).toBe(6);
});
