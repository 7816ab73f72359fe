/** What the page asks the server to do: bodies of writes, parsed once, with caps that no mistyped number passes. */
import { z } from "zod";
import type { RunOrder } from "./run-control.ts";

const MAX_USERS = 100_000;
const MAX_RATE_PER_SEC = 100_000;
const MAX_DURATION_MS = 24 * 60 * 60 * 1000;

const users = z.int().min(1).max(MAX_USERS);
const ratePerSec = z.number().positive().max(MAX_RATE_PER_SEC);

/** `POST /api/session`. */
export const sessionSchema = z.strictObject({ token: z.string().max(1000) });

/** `POST /api/runs`: a profile of a listed spec, its numbers as they stand there or these. */
export const startSchema = z.strictObject({
  spec: z.string().min(1).max(200),
  profile: z.string().min(1).max(200),
  users: users.optional(),
  spawnPerSec: ratePerSec.optional(),
  ratePerSec: ratePerSec.optional(),
  durationMs: z.number().min(100).max(MAX_DURATION_MS).optional(),
});
export type StartOrder = z.output<typeof startSchema>;

/** `POST /api/runs/:id/steer`: one of these. */
export const steerSchema = z.union([
  z.strictObject({ users: z.int().min(0).max(MAX_USERS) }),
  z.strictObject({ ratePerSec: z.number().min(0).max(MAX_RATE_PER_SEC) }),
  z.strictObject({ paused: z.boolean() }),
]);

/** `POST /api/runs/:id/stop` and `DELETE /api/starts/:folder`. */
export const emptySchema = z.strictObject({});

/** `DELETE /api/runs/:id`: the id once more, so that nothing goes by mistake. */
export const removeSchema = z.strictObject({ confirm: z.string().max(100) });

/** The order for the run. */
export function steerOrder(written: z.output<typeof steerSchema>): RunOrder {
  if ("paused" in written) return { do: written.paused ? "pause" : "resume" };
  return { do: "steer", ...written };
}
