import type { DropReason } from "../base/outcome.ts";
import type { TransportFault } from "./fault.ts";
import type { Exchange } from "./transport.ts";

/** What every transport's exchange begins as, and how it fails; written anew for each request. */
export abstract class BlankExchange implements Exchange {
  kind: Exchange["kind"] = "ok";
  dropReason: DropReason | undefined;
  message = "";
  sentAtMs = Number.NaN;
  firstByteAtMs = Number.NaN;
  endedAtMs = Number.NaN;
  status = 0;
  bodyBytes = 0;
  body: Uint8Array | undefined;

  abstract header(name: string): string | undefined;

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
  }

  fail({ kind, dropReason, message }: TransportFault): void {
    this.kind = kind;
    this.dropReason = dropReason;
    this.message = message;
    this.body = undefined;
  }
}

type HeaderMap = Readonly<Record<string, string | string[] | undefined>>;

const NO_HEADERS: HeaderMap = {};

/** The exchange of a client that hands over its headers by lower-case name. */
export class MappedExchange extends BlankExchange {
  headers = NO_HEADERS;

  header(name: string): string | undefined {
    const value = this.headers[name.toLowerCase()];
    return Array.isArray(value) ? value.join(", ") : value;
  }

  override reset(): void {
    super.reset();
    this.headers = NO_HEADERS;
  }
}
