import { crc32, inflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { palettePng } from "../scripts/palette-png.mjs";

/** Colours (0xrrggbb) as pixels, line by line. */
function pixels(colours: readonly number[]): Uint8Array {
  return Uint8Array.from(colours.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255, 255]));
}

/** The chunks of a PNG, their checksums checked. */
function chunksOf(png: Buffer): Map<string, Buffer> {
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < png.length; ) {
    const end = at + 8 + png.readUInt32BE(at);
    expect(png.readUInt32BE(end)).toBe(crc32(png.subarray(at + 4, end)));
    chunks.set(png.toString("latin1", at + 4, at + 8), png.subarray(at + 8, end));
    at = end + 4;
  }
  return chunks;
}

/** As a reader of the format makes colours of it again. */
function coloursOf(png: Buffer): number[] {
  const chunks = chunksOf(png);
  expect([...chunks.keys()]).toEqual(["IHDR", "PLTE", "IDAT", "IEND"]);
  const width = chunks.get("IHDR")!.readUInt32BE(0);
  const palette = chunks.get("PLTE")!;
  const lines = inflateSync(chunks.get("IDAT")!);
  expect(lines.length).toBe((width + 1) * chunks.get("IHDR")!.readUInt32BE(4));
  return [...lines].filter((_, i) => i % (width + 1) > 0).map((index) => palette.readUIntBE(3 * index, 3));
}

test("a picture of few colours stays as it is", () => {
  const colours = [0xffffff, 0x16202a, 0xffffff, 0x0b7a5b, 0xb8390e, 0xffffff];
  expect(coloursOf(palettePng({ width: 3, height: 2, rgba: pixels(colours) }))).toEqual(colours);
});

test("one of too many colours stays nearly as it is, and its only red dot stays red", () => {
  const greys = Array.from({ length: 2048 }, (_, i) => {
    const level = (i * 7) % 256;
    return (level << 16) | (level << 8) | Math.min(255, level + (i % 5));
  });
  const colours = [...greys, ...greys, ...greys.slice(1), 0xb8390e];
  const seen = coloursOf(palettePng({ width: 64, height: 96, rgba: pixels(colours) }));
  expect(new Set(colours).size).toBeGreaterThan(256);
  expect(seen.at(-1)).toBe(0xb8390e);
  const shifts = colours.flatMap((colour, i) =>
    [16, 8, 0].map((bits) => Math.abs(((colour >> bits) & 255) - ((seen[i]! >> bits) & 255))),
  );
  expect(Math.max(...shifts)).toBeLessThanOrEqual(4);
});
