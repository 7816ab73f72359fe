/** How colours look to eyes that lack a kind of cone, and how far apart they then are. For tests. */

/** Red, green and blue of linear light, 0–1. */
type Rgb = readonly [number, number, number];

export const VISIONS = ["full", "protanopia", "deuteranopia", "tritanopia"] as const;
export type Vision = (typeof VISIONS)[number];

/** Machado, Oliveira & Fernandes 2009, severity 1.0, on linear light. */
const SEEN: Readonly<Record<Vision, readonly [Rgb, Rgb, Rgb]>> = {
  full: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** WCAG 2: (L₁ + 0.05) ÷ (L₂ + 0.05), L₁ the lighter of two relative luminances; 1–21. */
export function contrastOf(one: string, other: string): number {
  const [darker, lighter] = [luminanceOf(linear(one)), luminanceOf(linear(other))].sort((a, b) => a - b) as [
    number,
    number,
  ];
  return (lighter + 0.05) / (darker + 0.05);
}

/** CIE 1976 ΔE: distance in L*a*b*; about 2.3 is just seen side by side. */
export function distanceOf(one: string, other: string, vision: Vision): number {
  const [a, b] = [labOf(seen(one, vision)), labOf(seen(other, vision))];
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/** CIE lightness L*, 0–100. */
export function lightnessOf(colour: string, vision: Vision): number {
  return labOf(seen(colour, vision))[0];
}

/** `#rrggbb` → linear light. */
function linear(colour: string): Rgb {
  const part = (at: number): number => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [part(1), part(3), part(5)];
}

function seen(colour: string, vision: Vision): Rgb {
  const [r, g, b] = linear(colour);
  const row = (of: Rgb): number => Math.min(1, Math.max(0, of[0] * r + of[1] * g + of[2] * b));
  const [red, green, blue] = SEEN[vision];
  return [row(red), row(green), row(blue)];
}

function luminanceOf([r, g, b]: Rgb): number {
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** By way of XYZ under D65. */
function labOf([r, g, b]: Rgb): Rgb {
  const root = (t: number): number => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const x = root((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
  const y = root(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
  const z = root((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}
