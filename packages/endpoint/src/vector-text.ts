/**
 * A vector as a JSON array. Nine significant digits name every 32-bit float exactly; the double that holds it would
 * need up to 17, twice the bytes on the wire.
 */
export function vectorToJson(vector: Float32Array): string {
  const parts: string[] = [];
  for (const value of vector) parts.push(String(Number(value.toPrecision(9))));
  return `[${parts.join(",")}]`;
}

/** A vector as base64 of its little-endian 32-bit floats: what OpenAI's `encoding_format: "base64"` means. */
export function vectorToBase64(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * Float32Array.BYTES_PER_ELEMENT);
  for (const [i, value] of vector.entries()) bytes.writeFloatLE(value, i * Float32Array.BYTES_PER_ELEMENT);
  return bytes.toString("base64");
}
