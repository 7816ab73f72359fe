import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bindThreshold, isThreshold, parseThreshold } from "./threshold.ts";

const NAMES = { tasks: ["single_embed", "/embed [single]", "spike", "flow.1"], profiles: ["sustained", "spike"] };

/** `profile|task|metric|ratio|op|limit|window` of a bound threshold, or its problem. */
function bound(text: string): string {
  const parsed = parseThreshold(text);
  const threshold = isThreshold(parsed) ? bindThreshold(parsed, NAMES) : parsed;
  if (!isThreshold(threshold)) return threshold.message;
  const { profile = "-", task = "-", metric, op, limit, windowMs = "-" } = threshold;
  const ratio = metric.kind === "quantile" ? `p${metric.ratio}` : metric.kind;
  return `${profile}|${task}|${ratio}|${op}|${limit}|${windowMs}`;
}

test.each([
  ["p95 < 500ms", "-|-|p0.95|<|500|-"],
  ["p95<500ms", "-|-|p0.95|<|500|-"],
  ["p95 < 500 ms", "-|-|p0.95|<|500|-"],
  ["p99.9 <= 2s", "-|-|p0.999|<=|2000|-"],
  ["median < 1s", "-|-|p0.5|<|1000|-"],
  ["avg < 1s", "-|-|mean|<|1000|-"],
  ["single_embed p99 < 1s", "-|single_embed|p0.99|<|1000|-"],
  ['"/embed [single]" p99 < 2s', "-|/embed [single]|p0.99|<|2000|-"],
  ['sustained."/embed [single]" p99 < 2s', "sustained|/embed [single]|p0.99|<|2000|-"],
  ["sustained.single_embed p95 < 1s", "sustained|single_embed|p0.95|<|1000|-"],
  ["sustained.flow.1 p95 < 1s", "sustained|flow.1|p0.95|<|1000|-"],
  ["flow.1 p95 < 1s", "-|flow.1|p0.95|<|1000|-"],
  ["sustained p95 < 1s", "sustained|-|p0.95|<|1000|-"],
  ["spike p95 < 1s", "-|spike|p0.95|<|1000|-"],
  ["errors < 1%", "-|-|errors|<|0.01|-"],
  ["errors < 0.01", "-|-|errors|<|0.01|-"],
  ["rps > 50", "-|-|rps|>|50|-"],
  ["rps >= 300/min", "-|-|rps|>=|5|-"],
  ["drift < 10% for 30s", "-|-|drift|<|0.1|30000"],
  ["recovery < 20s", "-|-|recovery|<|20000|-"],
])("%s", (text, expected) => expect(bound(text)).toBe(expected));

test.each([
  ["p95 < 500", '"500" is no limit for p95; expected a duration with its unit, such as 500ms'],
  ["errors < 5ms", '"5ms" is no limit for errors; expected a share, such as 1%'],
  ["p999 < 1s", '"p999" is no quantile; expected p99.9'],
  ["p100 < 1s", '"p100" is no quantile; expected min or max'],
  ["erors < 1%", '"erors" is no metric; nearest: "errors"'],
  ["singel_embed p95 < 1s", 'no task or profile is named "singel_embed"; nearest: "single_embed"'],
  ["p95 < 1s for ever", '"ever" after "for" is wrong; expected a duration with its unit, such as 30s'],
])("%s is refused with its reason", (text, expected) => expect(bound(text)).toBe(expected));

test("the expression is kept as written, blanks apart", () => {
  expect(parseThreshold("  p95   < 1s ")).toMatchObject({ expr: "p95 < 1s" });
});

describe("laws", () => {
  test("any text is a threshold or a problem", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400 }), (text) => typeof isThreshold(parseThreshold(text)) === "boolean"),
    );
  });

  test("a quantile of any percentage with up to three decimals keeps its digits", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99_999 }), (thousandths) => {
        const text = `p${(thousandths / 1000).toFixed(3)} < 1s`;
        const parsed = parseThreshold(text);
        expect(parsed).toMatchObject({ metric: { kind: "quantile", ratio: thousandths / 100_000 } });
      }),
    );
  });
});
