import { expect, test } from "vitest";
import { shedCountOf } from "./error-counts.ts";

test("429, 503, refused and reset are shed; other 5xx, timeouts and wrong bodies are not", () => {
  const errors = {
    "connect-refused": { ECONNREFUSED: 1 },
    reset: { "reset by peer": 2 },
    timeout: { "no answer within 60 s": 4 },
    "http-429": { "status 429": 8 },
    "http-5xx": { "status 503": 16, "status 500": 32, "status 502": 64, "status 5030": 128 },
    "bad-body": { "the body is not JSON": 256 },
  };
  expect(shedCountOf(errors)).toBe(1 + 2 + 8 + 16);
});
