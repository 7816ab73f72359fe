/** The spec as people write it: the one description of its shape, for parsing, for TypeScript and for editors. */
import { z } from "zod";
import type { JsonValue } from "../base/json.ts";
import { expectSchema } from "./written-expect.ts";
import { observeSchema } from "./written-observe.ts";
import { profileSchema } from "./written-profile.ts";
import { duration, scalarText, shortText, size, span, whole } from "./written-quantity.ts";
import { taskSchema } from "./written-task.ts";
import { thinkSchema } from "./written-think.ts";

const ROWS = "{file: sentences.txt}, {inline: […]} or a list of rows";
const PROFILE_NAME = "a name of letters, digits, _, - and . (it becomes a file's name)";
const THRESHOLD = "a threshold such as p95 < 500ms";

const tableSchema = z.union(
  [
    z.array(z.custom<JsonValue>(), { error: ROWS }),
    z.strictObject({
      file: z.string({ error: "a .txt, .jsonl, .json or .csv file" }).optional(),
      inline: z.array(z.custom<JsonValue>(), { error: "a list of rows" }).optional(),
    }),
  ],
  { error: ROWS },
);

const thresholdSchema = z.union(
  [
    z.string({ error: THRESHOLD }),
    z.strictObject({
      expr: z.string({ error: THRESHOLD }),
      for: span.optional().meta({ description: "Must hold in every window this long" }),
      strict: z
        .enum(["point", "interval"], { error: "point or interval" })
        .optional()
        .meta({ description: "point: judge the observed value alone, whatever its interval" }),
      abort: z
        .boolean({ error: "true or false" })
        .optional()
        .meta({ description: "pXX and errors: end the run once it cannot be kept any more" }),
    }),
  ],
  { error: THRESHOLD },
);

const readySchema = z.strictObject({
  get: z.string({ error: "a path such as /health" }),
  expect: expectSchema.optional(),
  interval: span.optional(),
  timeout: span.optional(),
});

const timeoutsSchema = z.strictObject({
  connect: span.optional(),
  firstByte: span.optional(),
  total: span.optional(),
});

const tlsSchema = z.strictObject({
  ca: z.string({ error: "a PEM file's name" }).optional(),
  verify: z.boolean({ error: "true or false" }).optional(),
  serverName: shortText.optional(),
});

const profileName = z.string().regex(/^[A-Za-z0-9][\w.-]{0,63}$/, PROFILE_NAME);
const tableName = z.string().regex(/^[A-Za-z_][\w-]*$/, "a name of letters, digits, _ and -");

/** The whole spec, as written. */
export const specSchema = z
  .strictObject({
    name: shortText.optional(),
    target: z
      .string({ error: "a URL such as http://127.0.0.1:8000" })
      .meta({ description: "Scheme, host, port and base path" }),
    headers: z
      .record(z.string(), scalarText)
      .optional()
      .meta({ description: "Sent with every request; values may hold ${NAME}" }),
    ready: readySchema.optional().meta({ description: "Nothing else is sent before this holds" }),
    data: z.record(tableName, tableSchema).optional().meta({ description: "Tables of rows that requests pick from" }),
    users: z.strictObject({ think: thinkSchema.optional() }).optional(),
    tasks: z.record(shortText, taskSchema),
    profiles: z.record(profileName, profileSchema),
    thresholds: z.array(thresholdSchema, { error: "a list of thresholds" }).optional(),
    timeout: span.optional().meta({ description: "From the send to the last byte; 60s" }),
    timeouts: timeoutsSchema.optional(),
    drain: duration.optional().meta({ description: "For requests in flight at a phase's end; 30s" }),
    tls: tlsSchema.optional(),
    allowTargets: z
      .array(shortText, { error: "a list of hosts" })
      .optional()
      .meta({ description: "Hosts that may be loaded although they are neither loopback nor private" }),
    observe: observeSchema.optional(),
    redirects: z.enum(["never", "same-origin"], { error: "never or same-origin" }).optional(),
    maxConnections: whole(1, 1_000_000).optional(),
    maxBody: size.optional(),
  })
  .meta({ title: "Plimsoll spec", description: "What to ask of a model endpoint, how hard, and what it promises" });

/** The same by hand, for those who write specs in TypeScript; `spec-input.test.ts` holds the two together. */
export type { SpecInput } from "./spec-input.ts";

/** A spec read: numbers in their units, names not yet looked up. */
export type WrittenSpec = z.output<typeof specSchema>;
export type WrittenTable = z.output<typeof tableSchema>;
