import { describe, expect, test } from "vitest";
import type { TransportOptions } from "../transport.ts";
import { createHttp2Transport } from "./http2-transport.ts";

const OPTIONS: TransportOptions = {
  origin: "http://127.0.0.1:8000",
  addresses: ["127.0.0.1"],
  connectTimeoutMs: 1000,
  firstByteTimeoutMs: 1000,
  totalTimeoutMs: 1000,
  maxBodyBytes: 1000,
  maxHeaderBytes: 1000,
  tls: { caPem: undefined, isVerified: true, serverName: undefined },
  nowMs: () => 0,
};

describe("createHttp2Transport", () => {
  test.each<[string, Partial<TransportOptions>, string]>([
    ["an origin of another scheme", { origin: "ftp://127.0.0.1" }, "SPEC_INVALID"],
    ["a name among the addresses: names are resolved and judged before", { addresses: ["localhost"] }, "BUG"],
    [
      "an authority that is no certificate",
      { origin: "https://127.0.0.1", tls: { ...OPTIONS.tls, caPem: "nonsense" } },
      "SPEC_INVALID",
    ],
  ])("refuses %s", (_, change, code) => {
    expect(() => createHttp2Transport({ ...OPTIONS, ...change })).toThrow(expect.objectContaining({ code }));
  });

  test("opens nothing by itself", () => {
    const transport = createHttp2Transport(OPTIONS);
    expect(transport.connection().isOpen).toBe(false);
    expect(transport.counters.openedCount).toBe(0);
  });
});
