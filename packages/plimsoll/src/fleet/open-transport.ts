import { createHttp1Transport } from "../transport/http1/http1-transport.ts";
import type { Transport, TransportOptions } from "../transport/transport.ts";

/** By which client requests go out; plain data, as load threads get it. */
export type TransportChoice =
  /** Our own HTTP/1.1, straight to the target. */
  | { readonly kind: "http1" }
  /** HTTP/2, straight to the target. */
  | { readonly kind: "http2" }
  /** `proxyUrl`: the proxy that tunnels to the target, `http://user:password@proxy:3128`; undefined goes straight. */
  | { readonly kind: "undici"; readonly proxyUrl: string | undefined };

/** What holds when nothing is said. */
export const OWN_CLIENT: TransportChoice = { kind: "http1" };

/** @throws SPEC_INVALID for an origin that is no http or https URL, or a certificate that is none. */
export async function openTransport(choice: TransportChoice, options: TransportOptions): Promise<Transport> {
  if (choice.kind === "http1") return createHttp1Transport(options);
  if (choice.kind === "http2") {
    const { createHttp2Transport } = await import("../transport/http2/http2-transport.ts");
    return createHttp2Transport(options);
  }
  // Undici loads only where it is asked for.
  const { createUndiciTransport } = await import("../transport/undici/undici-transport.ts");
  return createUndiciTransport(options, choice.proxyUrl);
}
