import type { DropReason, ErrorKind } from "../base/outcome.ts";
import { printableText } from "./printable.ts";

/** Why a request came to nothing. Messages are few: they are counted by. */
export interface TransportFault {
  readonly kind: ErrorKind | "dropped";
  readonly dropReason: DropReason | undefined;
  readonly message: string;
}

/** Where a socket was when it failed. */
export type SocketPhase = "connecting" | "handshake" | "open";

const TLS_REASONS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "the certificate has expired",
  CERT_NOT_YET_VALID: "the certificate is not valid yet",
  DEPTH_ZERO_SELF_SIGNED_CERT: "the certificate is self-signed",
  SELF_SIGNED_CERT_IN_CHAIN: "the certificate chain ends in an unknown authority",
  UNABLE_TO_GET_ISSUER_CERT: "the certificate's issuer is unknown",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "the certificate's issuer is unknown",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "the certificate's issuer is unknown",
  CERT_REVOKED: "the certificate is revoked",
  ERR_TLS_CERT_ALTNAME_INVALID: "the certificate is for another host",
  ECONNRESET: "the target closed during the handshake",
  EPROTO: "the handshake failed",
};

/** Names a socket's error in our vocabulary. `at` says where it was going, such as `127.0.0.1:8000`. */
export function faultOf(error: unknown, phase: SocketPhase, at: string): TransportFault {
  const code = codeOf(error);
  const dropReason = dropReasonOf(code);
  if (dropReason !== undefined) return { kind: "dropped", dropReason, message: droppedMessage(dropReason) };
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return fault("dns", `the name does not resolve (${code})`);
  if (phase === "handshake" || isTlsCode(code))
    return fault("tls", TLS_REASONS[code] ?? `the handshake failed (${code})`);
  if (phase === "open") return fault("reset", `connection reset (${code})`);
  if (code === "ETIMEDOUT") return fault("connect-timeout", `no connection to ${at} (ETIMEDOUT)`);
  if (code === "ECONNRESET") return fault("reset", `connection to ${at} reset (ECONNRESET)`);
  return fault("connect-refused", `no connection to ${at} (${code})`);
}

export function fault(kind: ErrorKind, message: string): TransportFault {
  return { kind, dropReason: undefined, message };
}

/** ENFILE is EMFILE for the whole machine: the same limit to the person who reads it. */
function dropReasonOf(code: string): DropReason | undefined {
  if (code === "EMFILE" || code === "ENFILE") return "EMFILE";
  return code === "EADDRNOTAVAIL" ? "EADDRNOTAVAIL" : undefined;
}

function droppedMessage(reason: DropReason): string {
  return reason === "EMFILE"
    ? "this machine is out of file descriptors (EMFILE)"
    : "this machine is out of local ports (EADDRNOTAVAIL)";
}

function isTlsCode(code: string): boolean {
  return code === "EPROTO" || code.startsWith("ERR_SSL_") || code.startsWith("ERR_TLS_");
}

function codeOf(error: unknown): string {
  if (error instanceof Error && "code" in error && typeof error.code === "string") return printableText(error.code, 60);
  return "no code";
}
