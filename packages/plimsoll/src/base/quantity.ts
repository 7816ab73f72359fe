/** Text with a unit, as people write it in specs and flags, to numbers; `undefined` when it is not one. */

const DURATION_MS = { us: 0.001, ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
const SIZE_BYTES = { B: 1, kB: 1000, KB: 1000, KiB: 1024, MB: 1e6, MiB: 1024 ** 2, GB: 1e9, GiB: 1024 ** 3 } as const;
const RATE_SECONDS = { s: 1, min: 60, m: 60, h: 3600 } as const;

const DURATION_PART = /(\d+(?:\.\d+)?)(us|ms|s|m|h)/y;

/** `"1m30s"` → 90000, `"500ms"` → 500; parts in falling order need not be checked: they simply add up. */
export function parseDurationMs(text: string): number | undefined {
  const trimmed = text.trim();
  if (trimmed === "0") return 0;
  let totalMs = 0;
  DURATION_PART.lastIndex = 0;
  while (DURATION_PART.lastIndex < trimmed.length) {
    const part = DURATION_PART.exec(trimmed);
    if (part === null) return undefined;
    totalMs += Number(part[1]) * DURATION_MS[part[2] as keyof typeof DURATION_MS];
  }
  return trimmed === "" ? undefined : totalMs;
}

/** `"50/s"` → 50, `"300/min"` → 5: events per second. */
export function parseRatePerSec(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*\/\s*(s|min|m|h)$/.exec(text.trim());
  if (match === null) return undefined;
  return Number(match[1]) / RATE_SECONDS[match[2] as keyof typeof RATE_SECONDS];
}

/** `"2MiB"` → 2097152, `"64 kB"` → 64000: bytes. */
export function parseSizeBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(B|kB|KB|KiB|MB|MiB|GB|GiB)$/.exec(text.trim());
  if (match === null) return undefined;
  return Math.round(Number(match[1]) * SIZE_BYTES[match[2] as keyof typeof SIZE_BYTES]);
}

/** `"1%"` → 0.01, `"0.01"` → 0.01: a ratio. */
export function parseRatio(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text.trim());
  if (match === null) return undefined;
  return Number(match[1]) / (match[2] === "%" ? 100 : 1);
}
