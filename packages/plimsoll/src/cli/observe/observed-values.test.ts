import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ObservedMetric } from "../../spec/spec.ts";
import { observedValues } from "./observed-values.ts";
import { readSamples } from "./prometheus-text.ts";

const TEXT = [
  "# HELP queue_depth Waiting requests.",
  "# TYPE queue_depth gauge",
  'queue_depth{worker="0"} 3',
  'queue_depth{worker="1",} 4 1712345678901',
  'queue_depth_total{worker="0"} 900',
  'gpu{gpu="0",name="A \\"100\\", {x}\\n\\\\"} 9.5e1',
  'gpu { gpu = "1" , name = "B" } 97 # {trace_id="a"} 0.1',
  "tokens_total 1e6\r",
  "broken{a=1} 4",
  'broken{a="1" 4',
  "broken",
  "broken 12abc",
  "endless +Inf",
  "unknown NaN",
  "last 7",
].join("\n");

function metric(more: Partial<ObservedMetric> & { readonly metric: string }): ObservedMetric {
  return { name: more.metric, labels: {}, take: "sum", ...more };
}

describe("observedValues", () => {
  test.each([
    ["a metric without labels is its one sample", metric({ metric: "last" }), 7],
    ["a carriage return and a timestamp are no part of the value", metric({ metric: "tokens_total" }), 1e6],
    ["several series are summed", metric({ metric: "queue_depth" }), 7],
    ["their greatest, when asked for", metric({ metric: "queue_depth", take: "max" }), 4],
    ["their least, when asked for", metric({ metric: "queue_depth", take: "min" }), 3],
    ["their mean, when asked for", metric({ metric: "gpu", take: "mean" }), 96],
    ["labels choose a series", metric({ metric: "queue_depth", labels: { worker: "1" } }), 4],
    ["quotes, braces and escapes in a label are its text", metric({ metric: "gpu", labels: { gpu: "0" } }), 95],
    ["and may be asked for", metric({ metric: "gpu", labels: { name: 'A "100", {x}\n\\' } }), 95],
    ["blanks between labels and an exemplar are stepped over", metric({ metric: "gpu", labels: { gpu: "1" } }), 97],
    ["no series with that label is null", metric({ metric: "gpu", labels: { gpu: "2" } }), null],
    ["a metric that is not told is null", metric({ metric: "queue" }), null],
    ["a line that is none is null", metric({ metric: "broken" }), null],
    ["an infinite value is null", metric({ metric: "endless" }), null],
    ["NaN is null", metric({ metric: "unknown" }), null],
  ])("%s", (_, asked, value) => {
    expect(observedValues(TEXT, [asked])).toEqual({ [asked.name]: value });
  });

  test("a name that objects inherit is a name like any other", () => {
    const values = observedValues("constructor 3", [
      metric({ metric: "constructor" }),
      metric({ metric: "__proto__" }),
    ]);
    expect(Object.entries(values)).toEqual([
      ["constructor", 3],
      ["__proto__", null],
    ]);
  });
});

describe("laws", () => {
  test("any text at all is read without a throw, in finite values", () => {
    const line = fc.oneof(fc.string(), fc.stringMatching(/^a[{} ="\\,b0-9e.+-]{0,30}$/));
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const samples = readSamples(lines.join("\n"), new Set(["a", "ab"]));
        expect(samples.every(({ value }) => Number.isFinite(value))).toBe(true);
      }),
    );
  });

  test("what is written by the book is read back", () => {
    const label = fc.tuple(fc.stringMatching(/^[a-z]\w{0,5}$/), fc.string());
    fc.assert(
      fc.property(
        fc.uniqueArray(label, { selector: ([name]) => name }),
        fc.double({ noNaN: true }),
        (labels, value) => {
          fc.pre(Number.isFinite(value));
          const quoted = labels.map(([name, text]) => {
            const escaped = text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
            return `${name}="${escaped}"`;
          });
          const [sample] = readSamples(`m{${quoted.join(",")}} ${value}`, new Set(["m"]));
          expect(sample === undefined ? undefined : [...sample.labels]).toEqual(labels);
          expect(sample?.value).toBe(Number(String(value)));
        },
      ),
    );
  });
});
