import type { IncomingHttpHeaders } from "node:http2";
import type { DropReason } from "../../base/outcome.ts";
import type { Exchange } from "../transport.ts";

const NO_HEADERS: IncomingHttpHeaders = {};

/** The one exchange of a connection, written anew for each request. */
export class Http2Exchange implements Exchange {
  kind: Exchange["kind"] = "ok";
  dropReason: DropReason | undefined;
  message = "";
  sentAtMs = Number.NaN;
  firstByteAtMs = Number.NaN;
  endedAtMs = Number.NaN;
  status = 0;
  bodyBytes = 0;
  body: Uint8Array | undefined;
  headers: IncomingHttpHeaders = NO_HEADERS;

  header(name: string): string | undefined {
    const value = this.headers[name.toLowerCase()];
    return Array.isArray(value) ? value.join(", ") : value;
  }

  reset(): void {
    this.kind = "ok";
    this.dropReason = undefined;
    this.message = "";
    this.sentAtMs = Number.NaN;
    this.firstByteAtMs = Number.NaN;
    this.endedAtMs = Number.NaN;
    this.status = 0;
    this.bodyBytes = 0;
    this.body = undefined;
    this.headers = NO_HEADERS;
  }
}
