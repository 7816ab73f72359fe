import { describe, expect, test } from "vitest";
import { type StreamEnd, streamFaultOf } from "./stream-fault.ts";

const END: StreamEnd = {
  error: undefined,
  resetCode: 0,
  goaway: undefined,
  isSessionDead: false,
  hasBegun: false,
  isShort: false,
  at: "127.0.0.1:80",
};

function errorWith(code: string): Error {
  return Object.assign(new Error("secret words of the error"), { code });
}

describe("streamFaultOf", () => {
  test.each<[what: string, end: Partial<StreamEnd>, kind: string, message: string]>([
    ["reset with a code", { resetCode: 2 }, "reset", "the target reset the stream (INTERNAL_ERROR)"],
    ["reset with a code of no name", { resetCode: 99 }, "reset", "the target reset the stream (code 99)"],
    ["against the rules", { resetCode: 1 }, "protocol", "not as HTTP/2 asks (PROTOCOL_ERROR)"],
    [
      "of another length",
      { resetCode: 1, isShort: true },
      "protocol",
      "body of another length than its content-length",
    ],
    ["ended early", { hasBegun: true }, "truncated", "the stream ended before the response did"],
    ["ended before anything", {}, "reset", "the stream ended before the response did"],
    ["session closed", { isSessionDead: true, resetCode: 8 }, "reset", "the session closed without an answer"],
    [
      "session closed within",
      { isSessionDead: true, hasBegun: true },
      "truncated",
      "the session closed within the response",
    ],
    ["socket reset", { error: errorWith("ECONNRESET"), isSessionDead: true }, "reset", "connection reset (ECONNRESET)"],
    ["our own verdict", { error: errorWith("ERR_HTTP2_ERROR"), isSessionDead: true }, "protocol", "not as HTTP/2 asks"],
    [
      "GOAWAY",
      { goaway: { code: 11, lastStreamId: 1 } },
      "reset",
      "the target ended the session (GOAWAY, ENHANCE_YOUR_CALM)",
    ],
    [
      "after a GOAWAY without error",
      { goaway: { code: 0, lastStreamId: 1 }, resetCode: 8 },
      "reset",
      "the target reset the stream (CANCEL)",
    ],
  ])("%s", (_, end, kind, message) => {
    expect(streamFaultOf({ ...END, ...end })).toEqual({ kind, dropReason: undefined, message });
  });
});
