import { z } from "zod";
import type { Think } from "./spec.ts";
import { atLeastZero, duration, range } from "./written-quantity.ts";

const PHRASE =
  "a think time: 1s, none, {uniform: [500ms, 2s]}, {exponential: 1s}, {log-normal: {median: 1s, sigma: 0.5}} or {pacing: 2s}";

const drawnThink = z
  .strictObject({
    constant: duration.optional(),
    uniform: range(duration, "a range of two durations, such as [500ms, 2s]").optional(),
    exponential: duration.optional(),
    "log-normal": z.strictObject({ median: duration, sigma: atLeastZero("a number of 0 or more") }).optional(),
    pacing: duration.optional(),
  })
  .transform((written, context): Think => {
    const thinks: Think[] = [];
    if (written.constant !== undefined) thinks.push({ kind: "constant", ms: written.constant });
    if (written.uniform !== undefined) {
      thinks.push({ kind: "uniform", lowMs: written.uniform[0], highMs: written.uniform[1] });
    }
    if (written.exponential !== undefined) thinks.push({ kind: "exponential", meanMs: written.exponential });
    const logNormal = written["log-normal"];
    if (logNormal !== undefined) {
      thinks.push({ kind: "log-normal", medianMs: logNormal.median, sigma: logNormal.sigma });
    }
    if (written.pacing !== undefined) thinks.push({ kind: "pacing", ms: written.pacing });
    const [think] = thinks;
    if (think !== undefined && thinks.length === 1) return think;
    context.addIssue({ code: "custom", message: PHRASE });
    return z.NEVER;
  });

const constantThink = duration.transform((ms): Think => (ms === 0 ? { kind: "none" } : { kind: "constant", ms }));

/** A virtual user's pause between a response and its next request. */
export const thinkSchema = z
  .union([z.literal("none").transform((): Think => ({ kind: "none" })), constantThink, drawnThink], { error: PHRASE })
  .meta({ description: "Pause between a response and the next request of the same user." });
