/** The scalars of the written form: text with its unit outside, plain numbers inside (ms, bytes, per second, 0–1). */
import { z } from "zod";
import { parseDurationMs, parseRatePerSec, parseRatio, parseSizeBytes } from "../base/quantity.ts";

/**
 * Every message of a scalar's schema is the noun phrase of what was expected; `zod-problems.ts` makes the sentence.
 */
const EXPECTED = {
  duration: "a duration with its unit, such as 500ms, 30s or 5m",
  span: "a duration above 0 with its unit, such as 500ms, 30s or 5m",
  rate: "a rate with its unit, such as 50/s",
  size: "a size with its unit, such as 64MiB",
  ratio: "a share, such as 5%, 0.05 or 1/20",
  text: "text",
} as const;

/** What is told of a bare number where a phrase above was expected. */
export const UNIT_NEEDED: ReadonlyMap<string, string> = new Map([
  [EXPECTED.duration, "a duration needs its unit, such as 30s"],
  [EXPECTED.span, "a duration needs its unit, such as 30s"],
  [EXPECTED.rate, "a rate needs its unit, such as 50/s"],
  [EXPECTED.size, "a size needs its unit, such as 64MiB"],
]);

const REFERENCE = "\\$\\{.*";

/** A duration, in ms. */
export const duration = quantity(
  parseDurationMs,
  EXPECTED.duration,
  `^(0|(\\d+(\\.\\d+)?(us|ms|s|m|h))+|${REFERENCE})$`,
);
/** A duration above 0, in ms. */
export const span = quantity(
  (text) => atLeast(Number.MIN_VALUE, parseDurationMs(text)),
  EXPECTED.span,
  `^((\\d+(\\.\\d+)?(us|ms|s|m|h))+|${REFERENCE})$`,
);
/** Events per second. */
export const rate = quantity(
  (text) => atMost(1e6, parseRatePerSec(text)),
  EXPECTED.rate,
  `^(\\d+(\\.\\d+)?\\s*/\\s*(s|min|m|h)|${REFERENCE})$`,
);
/** Bytes. */
export const size = quantity(
  (text) => atLeast(1, parseSizeBytes(text)),
  EXPECTED.size,
  `^(\\d+(\\.\\d+)?\\s*(B|kB|KB|KiB|MB|MiB|GB|GiB)|${REFERENCE})$`,
);
/** A share of all, above 0 and at most 1. */
export const share = z.union(
  [
    z.number().gt(0, EXPECTED.ratio).lte(1, EXPECTED.ratio),
    quantity(parseShare, EXPECTED.ratio, `^(\\d+(\\.\\d+)?%?|\\d+/\\d+|${REFERENCE})$`),
  ],
  { error: EXPECTED.ratio },
);

/** A whole number within limits; digits as text too, which is what a substituted `${USERS}` becomes. */
export function whole(low: number, high: number) {
  const phrase = `a whole number from ${low} to ${high}`;
  return z.union(
    [
      z.number({ error: phrase }).int(phrase).gte(low, phrase).lte(high, phrase),
      quantity((text) => within(low, high, digits(text)), phrase, `^(\\d+|${REFERENCE})$`),
    ],
    { error: phrase },
  );
}

/** A number of 0 or more; digits as text too. */
export function atLeastZero(phrase: string) {
  return z.union(
    [
      z.number({ error: phrase }).gte(0, phrase),
      quantity(
        (text) => (/^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined),
        phrase,
        `^(\\d+(\\.\\d+)?|${REFERENCE})$`,
      ),
    ],
    { error: phrase },
  );
}

/** `[low, high]`, the first not above the second. */
export function range(item: z.ZodType<number, string>, phrase: string) {
  return z
    .tuple([item, item], { error: phrase })
    .refine(([low, high]) => low <= high, { error: "a range whose first value is not above its second" })
    .readonly();
}

/** Text of 1 to 500 characters without control characters. */
export const shortText = z
  .string({ error: EXPECTED.text })
  .min(1, "text that is not empty")
  .max(500, "at most 500 characters")
  // No \p{…}: editors apply the schema's patterns without the flag that it needs.
  .regex(/^[^\u0000-\u001f\u007f]*$/, "text without control characters");

/** Text, or a number or boolean that stands for its text. */
export const scalarText = z
  .union([z.string(), z.number(), z.boolean()], { error: "text, a number, true or false" })
  .transform(String);

function quantity(parse: (text: string) => number | undefined, phrase: string, pattern: string) {
  return z
    .string({ error: phrase })
    .meta({ description: capital(phrase), pattern })
    .transform((text, context) => {
      const value = parse(text);
      if (value !== undefined && Number.isFinite(value)) return value;
      context.addIssue({ code: "custom", message: phrase });
      return z.NEVER;
    });
}

function parseShare(text: string): number | undefined {
  const fraction = /^(\d+)\s*\/\s*(\d+)$/.exec(text.trim());
  const value = fraction === null ? parseRatio(text) : Number(fraction[1]) / Number(fraction[2]);
  return value !== undefined && value > 0 && value <= 1 ? value : undefined;
}

function digits(text: string): number | undefined {
  return /^\d{1,15}$/.test(text.trim()) ? Number(text) : undefined;
}

function within(low: number, high: number, value: number | undefined): number | undefined {
  return atLeast(low, atMost(high, value));
}

function atLeast(low: number, value: number | undefined): number | undefined {
  return value !== undefined && value >= low ? value : undefined;
}

function atMost(high: number, value: number | undefined): number | undefined {
  return value !== undefined && value <= high ? value : undefined;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
