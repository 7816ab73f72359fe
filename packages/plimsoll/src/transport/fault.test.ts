import { describe, expect, test } from "vitest";
import { faultOf, type SocketPhase } from "./fault.ts";

function errorWith(code: string): Error {
  return Object.assign(new Error("secret words of the error"), { code });
}

describe("faultOf", () => {
  test.each<[code: string, phase: SocketPhase, kind: string]>([
    ["ECONNREFUSED", "connecting", "connect-refused"],
    ["EHOSTUNREACH", "connecting", "connect-refused"],
    ["ENETUNREACH", "connecting", "connect-refused"],
    ["EACCES", "connecting", "connect-refused"],
    ["ETIMEDOUT", "connecting", "connect-timeout"],
    ["ECONNRESET", "connecting", "reset"],
    ["ENOTFOUND", "connecting", "dns"],
    ["EAI_AGAIN", "connecting", "dns"],
    ["CERT_HAS_EXPIRED", "handshake", "tls"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "handshake", "tls"],
    ["ECONNRESET", "handshake", "tls"],
    ["EPROTO", "handshake", "tls"],
    ["ERR_SSL_WRONG_VERSION_NUMBER", "handshake", "tls"],
    ["ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC", "open", "tls"],
    ["ECONNRESET", "open", "reset"],
    ["EPIPE", "open", "reset"],
    ["ETIMEDOUT", "open", "reset"],
  ])("%s while %s is %s", (code, phase, kind) => {
    expect(faultOf(errorWith(code), phase, "127.0.0.1:80")).toMatchObject({ kind, dropReason: undefined });
  });

  test.each([
    ["EMFILE", "EMFILE"],
    ["ENFILE", "EMFILE"],
    ["EADDRNOTAVAIL", "EADDRNOTAVAIL"],
  ])("%s is a limit of ours: dropped for %s, never the target's error", (code, dropReason) => {
    expect(faultOf(errorWith(code), "connecting", "127.0.0.1:80")).toMatchObject({ kind: "dropped", dropReason });
  });

  test("messages hold the code, never the error's own words", () => {
    for (const phase of ["connecting", "handshake", "open"] as const) {
      const { message } = faultOf(errorWith("E\nODD"), phase, "127.0.0.1:80");
      expect(message).toContain("E ODD");
      expect(message).not.toContain("secret");
    }
  });

  test.each([[undefined], ["text"], [new Error("plain")]])("anything thrown has a kind: %s", (thrown) => {
    expect(faultOf(thrown, "open", "127.0.0.1:80").kind).toBe("reset");
  });
});
