const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** RFC 4648 base64 with padding; written out because the pure layers have no `Buffer`. */
export function encodeBase64(bytes: Uint8Array): string {
  const chunks: string[] = [];
  for (let i = 0; i < bytes.length; i += 3) {
    const group = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const third = i + 1 < bytes.length ? LETTERS[(group >> 6) & 63]! : "=";
    const fourth = i + 2 < bytes.length ? LETTERS[group & 63]! : "=";
    chunks.push(LETTERS[group >> 18]! + LETTERS[(group >> 12) & 63]! + third + fourth);
  }
  return chunks.join("");
}

/** The bytes of what `encodeBase64` wrote. */
export function decodeBase64(text: string): Uint8Array {
  const digits = text.replace(/=+$/, "");
  const bytes = new Uint8Array(Math.floor((digits.length * 3) / 4));
  let bits = 0;
  let bitCount = 0;
  let length = 0;
  for (const letter of digits) {
    bits = ((bits << 6) | LETTERS.indexOf(letter)) & 0xffff;
    bitCount += 6;
    if (bitCount >= 8) {
      bitCount -= 8;
      bytes[length++] = (bits >> bitCount) & 0xff;
    }
  }
  return bytes;
}
