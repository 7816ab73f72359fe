/** Screenshots as PNGs of 256 colours: a half of the octets or less, and the same to the eye on pages of flat colours. */
import { crc32, deflateSync } from "node:zlib";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const MOST_COLOURS = 256;

/** Encodes opaque pixels; `rgba` has four octets a pixel, line by line. */
export function palettePng({ width, height, rgba }) {
  const counts = countsOf(rgba);
  const palette = paletteOf(counts);
  const nearest = new Map([...counts.keys()].map((colour) => [colour, nearestIndex(colour, palette)]));
  // Each line begins with its filter: none, which deflates best where neighbours are equal.
  const lines = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) lines[y * (width + 1) + x + 1] = nearest.get(colourAt(rgba, y * width + x));
  }
  const head = Buffer.from([...bigEndian(width), ...bigEndian(height), 8, 3, 0, 0, 0]);
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", head),
    chunk("PLTE", Buffer.from(palette.flatMap(channelsOf))),
    chunk("IDAT", deflateSync(lines, { level: 9, memLevel: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** How many pixels have each colour, 0xrrggbb. */
function countsOf(rgba) {
  const counts = new Map();
  for (let i = 0; i < rgba.length / 4; i++) {
    const colour = colourAt(rgba, i);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  return counts;
}

/**
 * The most frequent first, without those that a taken one is near to, so that a rare colour (a single mark) is not
 * crowded out by the shades at the edges of letters; "near" grows until all fit.
 */
function paletteOf(counts) {
  const byCount = [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a) || a - b);
  for (let near = 0; ; near++) {
    const taken = [];
    for (const colour of byCount) {
      if (taken.every((other) => distance(colour, other) > near ** 2)) taken.push(colour);
      if (taken.length > MOST_COLOURS) break;
    }
    if (taken.length <= MOST_COLOURS) return taken;
  }
}

function nearestIndex(colour, palette) {
  let best = 0;
  for (let i = 1; i < palette.length; i++) {
    if (distance(colour, palette[i]) < distance(colour, palette[best])) best = i;
  }
  return best;
}

/** Squared. */
function distance(a, b) {
  const [red, green, blue] = [(a >> 16) - (b >> 16), ((a >> 8) & 255) - ((b >> 8) & 255), (a & 255) - (b & 255)];
  return red * red + green * green + blue * blue;
}

function colourAt(rgba, pixel) {
  return (rgba[4 * pixel] << 16) | (rgba[4 * pixel + 1] << 8) | rgba[4 * pixel + 2];
}

function channelsOf(colour) {
  return [colour >> 16, (colour >> 8) & 255, colour & 255];
}

function bigEndian(number) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number);
  return bytes;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  return Buffer.concat([bigEndian(data.length), body, bigEndian(crc32(body))]);
}
