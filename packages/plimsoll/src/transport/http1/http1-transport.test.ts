import { describe, expect, test } from "vitest";
import type { TransportOptions } from "../transport.ts";
import { createHttp1Transport } from "./http1-transport.ts";

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
const BAD_PEM = "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n";

describe("createHttp1Transport", () => {
  test.each<[string, Partial<TransportOptions>, string]>([
    ["an origin that is no URL", { origin: "localhost:8000/x y" }, "SPEC_INVALID"],
    ["an origin of another scheme", { origin: "ftp://127.0.0.1" }, "SPEC_INVALID"],
    ["no address", { addresses: [] }, "BUG"],
    ["a name among the addresses: names are resolved and judged before", { addresses: ["localhost"] }, "BUG"],
    [
      "an authority that is no certificate",
      { origin: "https://127.0.0.1", tls: { ...OPTIONS.tls, caPem: "nonsense" } },
      "SPEC_INVALID",
    ],
    [
      "an authority that cannot be read",
      { origin: "https://127.0.0.1", tls: { ...OPTIONS.tls, caPem: BAD_PEM } },
      "SPEC_INVALID",
    ],
  ])("refuses %s", (_, change, code) => {
    expect(() => createHttp1Transport({ ...OPTIONS, ...change })).toThrow(expect.objectContaining({ code }));
  });

  test("opens nothing by itself", () => {
    const transport = createHttp1Transport(OPTIONS);
    expect(transport.connection().isOpen).toBe(false);
    expect(transport.counters.openedCount).toBe(0);
  });
});
