import { CR, HEX_VALUES, SEMICOLON, TEXT_OCTETS } from "./octets.ts";

const MOST_DIGITS = 16;

/** Gathers the size of a chunk (RFC 9112 §7.1): hexadecimal digits, then extensions that are skipped unread. */
export class ChunkLine {
  #sizeBytes = 0;
  #digitCount = 0;
  #isExtension = false;
  /** Octets of extensions so far in this line. */
  extensionBytes = 0;

  /** Of the finished line. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  begin(): void {
    this.#sizeBytes = 0;
    this.#digitCount = 0;
    this.#isExtension = false;
    this.extensionBytes = 0;
  }

  /** Takes one octet; answers `more`, `end` at a CR that ends a valid line, or what is wrong. */
  take(octet: number): "more" | "end" | "invalid chunk size" | "invalid chunk extension" {
    if (octet === CR) return this.#digitCount > 0 ? "end" : "invalid chunk size";
    if (this.#isExtension) {
      this.extensionBytes += 1;
      return TEXT_OCTETS[octet] === 1 ? "more" : "invalid chunk extension";
    }
    if (octet === SEMICOLON && this.#digitCount > 0) {
      this.#isExtension = true;
      return "more";
    }
    const digit = HEX_VALUES[octet]!;
    this.#digitCount += 1;
    this.#sizeBytes = this.#sizeBytes * 16 + digit;
    if (digit > 15 || this.#digitCount > MOST_DIGITS || this.#sizeBytes > Number.MAX_SAFE_INTEGER) {
      return "invalid chunk size";
    }
    return "more";
  }
}
