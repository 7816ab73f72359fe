import { z } from "zod";
import { scalarText, shortText, span } from "./written-quantity.ts";

const METRIC = "a metric's name, such as queue_depth";
const METRICS = "a list of metrics, such as [queue_depth]";
const METRIC_NAME = /^[A-Za-z_:][\w:]*$/;
/** Most metrics that one run observes. */
const MAX_METRICS = 100;

const metricName = z.string({ error: METRIC }).max(200, "at most 200 characters").regex(METRIC_NAME, METRIC);

const metricSchema = z.union(
  [
    metricName,
    z.strictObject({
      name: shortText.optional().meta({ description: "Under which it is shown; the metric's own when not given" }),
      metric: metricName,
      labels: z
        .record(shortText, scalarText)
        .optional()
        .meta({ description: "Only series that have all of these labels" }),
      take: z
        .enum(["sum", "mean", "min", "max"], { error: "sum, mean, min or max" })
        .optional()
        .meta({ description: "Of several series that match; sum when not given" }),
      full: z
        .number({ error: "a number above 0" })
        .positive("a number above 0")
        .optional()
        .meta({ description: "The value at which it is full, such as 100 of a percentage" }),
    }),
  ],
  { error: `${METRIC}, or {metric: …}` },
);

/** The target's own metrics, as written under `observe`. */
export const observeSchema = z
  .strictObject({
    prometheus: z.string({ error: "a URL or path such as http://127.0.0.1:8000/metrics" }).meta({
      description: "Where they are told as Prometheus text: a URL, or a path on the target",
    }),
    headers: z.record(z.string(), scalarText).optional().meta({ description: "Values may hold ${NAME}" }),
    every: span
      .refine((ms) => ms >= 100, { error: "a duration of at least 100ms" })
      .optional()
      .meta({ description: "From one scrape to the next; 1s" }),
    metrics: z
      .array(metricSchema, { error: METRICS })
      .min(1, METRICS)
      .max(MAX_METRICS, `at most ${MAX_METRICS} metrics`),
  })
  .meta({ description: "The target's own metrics, recorded while it is loaded" });

/** Its numbers in their units, names not yet looked at. */
export type WrittenObserve = z.output<typeof observeSchema>;
