import { expect, test } from "vitest";
import { parseOptions } from "./options.ts";

test("every option has a default", () =>
  expect(parseOptions({})).toMatchObject({
    host: "127.0.0.1",
    port: 8000,
    workers: 1,
    maxBatch: 32,
    batchWaitMs: 0,
    maxQueue: 256,
    drainMs: 10_000,
    extraMsPerText: 0,
  }));

test.each([
  [{ host: "" }, "host"],
  [{ port: 65_536 }, "port must be a number from 0 to 65535, not 65536"],
  [{ port: 80.5 }, "port must be a whole number from 0 to 65535, not 80.5"],
  [{ workers: 0 }, "workers"],
  [{ maxBatch: 257 }, "maxBatch"],
  [{ batchWaitMs: -1 }, "batchWaitMs"],
  [{ maxQueue: Number.NaN }, "maxQueue"],
  [{ drainMs: Number.POSITIVE_INFINITY }, "drainMs"],
  [{ extraMsPerText: -0.5 }, "extraMsPerText"],
])("%j is refused by name", (options, part) => expect(() => parseOptions(options)).toThrow(part));
