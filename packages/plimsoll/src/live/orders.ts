/** What the page asks the server to do: bodies of writes, parsed once, with caps that no mistyped number passes. */
import { z } from "zod";
import { formatCount, formatPerSec } from "../base/format-number.ts";
import type { RunOrder } from "./run-control.ts";

const MAX_USERS = 100_000;
const MAX_RATE_PER_SEC = 100_000;
const MAX_DURATION_MS = 24 * 60 * 60 * 1000;

const WHOLE_USERS = "a whole number of users is wanted";
const MOST_USERS = `at most ${formatCount(MAX_USERS)} users`;
const MOST_RATE = `at most ${formatPerSec(MAX_RATE_PER_SEC)}`;

const users = z.int(WHOLE_USERS).min(1, "at least one user").max(MAX_USERS, MOST_USERS);
const ratePerSec = z.number().positive("a rate above 0/s").max(MAX_RATE_PER_SEC, MOST_RATE);

/** `POST /api/session`. */
export const sessionSchema = z.strictObject({ token: z.string().max(1000) });

/** `POST /api/runs`: a profile of a listed spec, its numbers as they stand there or these. */
export const startSchema = z.strictObject({
  spec: z.string().min(1).max(200),
  profile: z.string().min(1).max(200),
  users: users.optional(),
  spawnPerSec: ratePerSec.optional(),
  ratePerSec: ratePerSec.optional(),
  durationMs: z.number().min(100, "at least 100 ms").max(MAX_DURATION_MS, "at most 24 h").optional(),
});
export type StartOrder = z.output<typeof startSchema>;

/** `POST /api/runs/:id/steer`: one of these. */
export const steerSchema = z.union(
  [
    z.strictObject({ users: z.int(WHOLE_USERS).min(0, WHOLE_USERS).max(MAX_USERS, MOST_USERS) }),
    z.strictObject({ ratePerSec: z.number().min(0, "a rate of 0/s or more").max(MAX_RATE_PER_SEC, MOST_RATE) }),
    z.strictObject({ paused: z.boolean() }),
  ],
  "a whole number of users is wanted, a rate, or paused",
);

/** `POST /api/runs/:id/stop` and `DELETE /api/starts/:folder`. */
export const emptySchema = z.strictObject({});

/** `DELETE /api/runs/:id`: the id once more, so that nothing goes by mistake. */
export const removeSchema = z.strictObject({ confirm: z.string().max(100) });

/** The order for the run. */
export function steerOrder(written: z.output<typeof steerSchema>): RunOrder {
  if ("paused" in written) return { do: written.paused ? "pause" : "resume" };
  return { do: "steer", ...written };
}
