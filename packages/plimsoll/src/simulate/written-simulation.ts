/**
 * A simulation as it is written: the flags of `plimsoll simulate` and its `--config` file have the same keys.
 * Every message is the noun phrase of what was expected, as in specs.
 */
import { z } from "zod";
import { parseDurationMs, parseSizeBytes } from "../base/quantity.ts";
import { parseBatchTime, parseDurationLaw, parseErrors, parseLeak, parseStall } from "./written-law.ts";

const MAX_RESPONSE_BYTES = 64 * 1024 ** 2;
/** Takes back what a level above says. */
const NONE = "none";

const LAW = "a time such as 20ms, exponential 100ms or lognormal 100ms cv 1.5";
const DURATION = "a duration with its unit, such as 500ms or 3s";

const behaviourShape = {
  service: written(parseDurationLaw, LAW).optional(),
  servers: orNone(whole(1, 100_000)).optional(),
  queue: orNone(whole(0, 1_000_000)).optional(),
  overflow: z.enum(["503", "drop"], { error: "503 or drop" }).optional(),
  retryAfter: written(parseDurationMs, DURATION).optional(),
  batch: orNone(whole(1, 100_000)).optional(),
  batchTime: written(parseBatchTime, "the time of a batch and of each request in it, such as 50ms+5ms").optional(),
  stall: orNone(written(parseStall, "a stall shorter than its period, such as 2s every 10s")).optional(),
  leak: orNone(written(parseLeak, "a share a minute, such as 20%/min")).optional(),
  errors: orNone(
    written(parseErrors, "statuses or faults and their shares, together at most 100%, such as 503 1%, reset 0.5%"),
  ).optional(),
  responseSize: written(parseBodyBytes, "a size from 0B to 64MiB, such as 4900B").optional(),
  ttft: written(parseDurationLaw, LAW).optional(),
  gap: written(parseDurationLaw, LAW).optional(),
  tokens: whole(1, 100_000).optional(),
};

const writtenBehaviour = z.strictObject(behaviourShape);

/** Everything is optional; `undefined` says nothing, `"none"` takes back. */
export const writtenSimulation = z.strictObject({
  ...behaviourShape,
  seed: whole(0, Number.MAX_SAFE_INTEGER).optional(),
  readyAfter: written(parseDurationMs, DURATION).optional(),
  paths: z.record(z.string().startsWith("/", { error: "a path that begins with /" }), writtenBehaviour).optional(),
});

export type WrittenBehaviour = z.infer<typeof writtenBehaviour>;
export type WrittenSimulation = z.infer<typeof writtenSimulation>;

/** The keys that a path may have, and those of the whole. */
export const BEHAVIOUR_KEYS: readonly string[] = Object.keys(behaviourShape);
export const SIMULATION_KEYS: readonly string[] = Object.keys(writtenSimulation.shape);

function written<T>(parse: (text: string) => T | undefined, expected: string) {
  return z.string({ error: expected }).transform((text, context): T => {
    const value = parse(text);
    if (value !== undefined) return value;
    context.addIssue({ code: "custom", message: expected });
    return z.NEVER;
  });
}

/** A number in a file, its digits in a flag. */
function whole(least: number, most: number) {
  const expected = `a whole number from ${least} to ${most}`;
  return z.union([z.number(), z.string()], { error: expected }).transform((value, context): number => {
    const number = typeof value === "string" && !/^\d+$/.test(value) ? Number.NaN : Number(value);
    if (Number.isSafeInteger(number) && number >= least && number <= most) return number;
    context.addIssue({ code: "custom", message: expected });
    return z.NEVER;
  });
}

/** `none` first: another branch's message then speaks for both. */
function orNone<S extends z.ZodType>(schema: S) {
  return z.literal(NONE).or(schema);
}

function parseBodyBytes(text: string): number | undefined {
  const bytes = parseSizeBytes(text);
  return bytes === undefined || bytes > MAX_RESPONSE_BYTES ? undefined : bytes;
}
