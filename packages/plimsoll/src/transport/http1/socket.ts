import { X509Certificate } from "node:crypto";
import { connect as connectTcp, isIP, type Socket, type TcpNetConnectOpts } from "node:net";
import { connect as connectTls, createSecureContext, rootCertificates, type SecureContext } from "node:tls";
import { PlimsollError } from "../../base/errors.ts";
import type { TransportOptions } from "../transport.ts";

const READ_BUFFER_BYTES = 64 * 1024;

/** Where sockets go and how they read; made once for a transport. */
export interface Dial {
  readonly host: string;
  readonly port: number;
  readonly addresses: readonly string[];
  /** `undefined`: plain TCP. */
  readonly tls: TlsDial | undefined;
  /** One for all sockets: a read is handled whole before the next can happen. */
  readonly readBuffer: Uint8Array;
}

interface TlsDial {
  readonly context: SecureContext;
  readonly isVerified: boolean;
  readonly serverName: string;
}

/** What a socket tells its owner; each names the socket, for late events of one already given up. */
export interface SocketOwner {
  onTcpOpen(socket: Socket): void;
  /** Ready for the first byte: after the TLS handshake, where there is one. */
  onOpen(socket: Socket): void;
  /** `sizeBytes` octets stand at the start of the dial's read buffer, until the call returns. */
  onRead(socket: Socket, sizeBytes: number): void;
  /** The target closed its side. */
  onFin(socket: Socket): void;
  onError(socket: Socket, error: unknown): void;
}

/** @throws SPEC_INVALID for an origin that is no http or https URL, or for a certificate that is none; BUG for an address that is a name. */
export function planDial(options: TransportOptions): Dial {
  const origin = URL.canParse(options.origin) ? new URL(options.origin) : undefined;
  if (origin === undefined || !/^https?:$/.test(origin.protocol)) {
    throw new PlimsollError("SPEC_INVALID", `the target "${options.origin}" is no http:// or https:// address`);
  }
  if (options.addresses.length === 0 || !options.addresses.every((address) => isIP(address) !== 0)) {
    throw new PlimsollError("BUG", `no checked address to connect to: [${options.addresses.join(", ")}]`);
  }
  const isTls = origin.protocol === "https:";
  return {
    host: origin.host,
    port: Number(origin.port || (isTls ? 443 : 80)),
    addresses: options.addresses,
    tls: isTls ? planTls(options, origin.hostname) : undefined,
    readBuffer: new Uint8Array(READ_BUFFER_BYTES),
  };
}

/** Opens a socket to one address; never throws, and calls nothing before it returned. */
export function openSocket(dial: Dial, address: string, owner: SocketOwner): Socket {
  const onread = {
    buffer: dial.readBuffer,
    callback: (sizeBytes: number): boolean => {
      owner.onRead(socket, sizeBytes);
      return true;
    },
  };
  const where = { host: address, port: dial.port, autoSelectFamily: false, noDelay: true, onread };
  const socket = dial.tls === undefined ? connectTcp(where) : openTls(dial.tls, where);
  socket.on("connect", () => owner.onTcpOpen(socket));
  socket.on(dial.tls === undefined ? "connect" : "secureConnect", () => owner.onOpen(socket));
  socket.on("end", () => owner.onFin(socket));
  socket.on("error", (error) => owner.onError(socket, error));
  return socket;
}

function openTls(tls: TlsDial, where: TcpNetConnectOpts): Socket {
  return connectTls({
    ...where,
    secureContext: tls.context,
    rejectUnauthorized: tls.isVerified,
    servername: tls.serverName,
    ALPNProtocols: ["http/1.1"],
  });
}

/** An address has no server name (RFC 6066 §3); the certificate is then checked against the address itself. */
function planTls(options: TransportOptions, hostname: string): TlsDial {
  const serverName = options.tls.serverName ?? (isIP(hostname.replace(/^\[|\]$/g, "")) === 0 ? hostname : "");
  return { context: secureContextOf(options.tls.caPem), isVerified: options.tls.isVerified, serverName };
}

/** Node passes over an authority that it cannot read; whoever gave one wants to know. */
function secureContextOf(caPem: string | undefined): SecureContext {
  if (caPem === undefined) return createSecureContext();
  try {
    new X509Certificate(caPem);
    return createSecureContext({ ca: [...rootCertificates, caPem] });
  } catch (cause) {
    throw new PlimsollError("SPEC_INVALID", "the certificate authority given for TLS is no PEM certificate", { cause });
  }
}
