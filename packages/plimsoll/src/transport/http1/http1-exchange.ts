import type { DropReason } from "../../base/outcome.ts";
import type { Exchange } from "../transport.ts";
import type { ResponseParser } from "./response-parser.ts";

/** The one exchange of a connection, written anew for each request. */
export class Http1Exchange implements Exchange {
  readonly #parser: ResponseParser;
  kind: Exchange["kind"] = "ok";
  dropReason: DropReason | undefined;
  message = "";
  sentAtMs = Number.NaN;
  firstByteAtMs = Number.NaN;
  endedAtMs = Number.NaN;
  status = 0;
  bodyBytes = 0;
  body: Uint8Array | undefined;

  constructor(parser: ResponseParser) {
    this.#parser = parser;
  }

  header(name: string): string | undefined {
    return this.#parser.header(name);
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
  }

  /** Takes over what the parser knows by now. */
  read(): void {
    this.status = this.#parser.status;
    this.bodyBytes = this.#parser.bodyBytes;
    this.body = this.#parser.body;
  }
}
