const FIRST_BYTES = 4096;
const KEPT_BYTES = 1 << 20;

/** Octets gathered from several reads; grows as they come, never by what a header promises. Reused. */
export class OctetStore {
  #octets = new Uint8Array(0);
  lengthBytes = 0;

  /** Empties it, and lets go of an unusually large buffer. */
  clear(): void {
    this.lengthBytes = 0;
    if (this.#octets.length > KEPT_BYTES) this.#octets = new Uint8Array(0);
  }

  append(bytes: Uint8Array, from: number, to: number): void {
    const neededBytes = this.lengthBytes + to - from;
    if (neededBytes > this.#octets.length) {
      const grown = new Uint8Array(Math.max(FIRST_BYTES, neededBytes, 2 * this.#octets.length));
      grown.set(this.#octets.subarray(0, this.lengthBytes));
      this.#octets = grown;
    }
    this.#octets.set(bytes.subarray(from, to), this.lengthBytes);
    this.lengthBytes = neededBytes;
  }

  /** A view of what is there; valid until the next `append` or `clear`. */
  view(): Uint8Array {
    return this.#octets.subarray(0, this.lengthBytes);
  }
}
