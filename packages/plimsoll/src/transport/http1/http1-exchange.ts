import { BlankExchange } from "../blank-exchange.ts";
import type { ResponseParser } from "./response-parser.ts";

/** The one exchange of a connection, written anew for each request. */
export class Http1Exchange extends BlankExchange {
  readonly #parser: ResponseParser;

  constructor(parser: ResponseParser) {
    super();
    this.#parser = parser;
  }

  header(name: string): string | undefined {
    return this.#parser.header(name);
  }

  /** Takes over what the parser knows by now. */
  read(): void {
    this.status = this.#parser.status;
    this.bodyBytes = this.#parser.bodyBytes;
    this.body = this.#parser.body;
  }
}
