import { z } from "zod";
import type { JsonValue } from "../base/json.ts";
import { expectSchema } from "./written-expect.ts";
import { atLeastZero, scalarText, shortText } from "./written-quantity.ts";
import { thinkSchema } from "./written-think.ts";

const PATH = "a path such as /embed?x=1, with {{…}} insertions";
const path = z.string({ error: PATH }).meta({ description: "Path and query, such as /users/{{integer 1 100}}" });
const texts = z.record(z.string(), scalarText);
const CAPTURE = "a JSON path such as $.id, or {header: x-id}";

const captureSchema = z.union(
  [
    z.string({ error: CAPTURE }),
    z.strictObject({ json: z.string({ error: CAPTURE }) }),
    z.strictObject({ header: z.string({ error: CAPTURE }) }),
  ],
  { error: CAPTURE },
);

/** A body's text: one that goes out as it is, insertions apart. */
const body = {
  json: z.custom<JsonValue>().optional().meta({
    description: "JSON body; { pick: table }, { integer: [1, 9] }, { uuid: true } and so on are drawn anew each time",
  }),
  text: z.string({ error: "text" }).optional().meta({ description: "Text body with {{…}} insertions" }),
  form: texts.optional().meta({ description: "Form body: field → text with {{…}} insertions" }),
  file: z.string({ error: "a file's name" }).optional().meta({ description: "File whose bytes are the body" }),
};

const request = {
  get: path.optional(),
  post: path.optional(),
  put: path.optional(),
  patch: path.optional(),
  delete: path.optional(),
  head: path.optional(),
  options: path.optional(),
  method: z
    .string({ error: "a method such as POST" })
    .regex(/^[A-Za-z]{1,20}$/, "a method such as POST")
    .optional(),
  path: path.optional(),
  query: texts.optional().meta({ description: "Query parameters, added to those of the path" }),
  headers: texts.optional().meta({ description: "Added to the spec's headers; values may hold ${NAME}" }),
  ...body,
  expect: expectSchema.optional(),
  name: shortText.optional().meta({ description: "Under which it is counted" }),
  capture: z
    .record(z.string(), captureSchema)
    .optional()
    .meta({ description: "Name → JSON path or header of the answer" }),
};

/** One request of a flow, as written. */
const stepSchema = z.strictObject(request).meta({ description: "One request of a flow" });

/** A task, as written: one request, or a flow of `steps`. */
export const taskSchema = z
  .strictObject({
    weight: atLeastZero("a weight of 0 or more")
      .optional()
      .meta({ description: "Its share is weight ÷ sum of weights; 1" }),
    ...request,
    steps: z.array(stepSchema, { error: "a list of requests" }).min(1, "at least one step").optional(),
    tags: z.array(shortText, { error: "a list of tags" }).optional(),
    think: thinkSchema.optional(),
  })
  .meta({ description: "One kind of request in the mix" });

/** A request read, its numbers in their units and its strings as written. */
export type WrittenStep = z.output<typeof stepSchema>;
export type WrittenTask = z.output<typeof taskSchema>;
