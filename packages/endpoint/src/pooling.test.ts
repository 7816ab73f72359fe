import { expect, test } from "vitest";
import { meanPool } from "./pooling.ts";

test("the mean is taken over the tokens and not over the padding", () => {
  const hidden = Float32Array.from([1, 10, 3, 30, 99, 99]);
  expect([...meanPool(hidden, 2, 2)]).toEqual([2, 20]);
});
