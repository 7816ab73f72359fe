import { renderToString } from "preact-render-to-string";
import { expect, test } from "vitest";
import { ThresholdCode } from "./threshold-code.tsx";

test.each([
  ["p95 < 500ms", "p95_&lt;_500ms"],
  ["sustained.single_embed p99.9 <= 1.5s", "sustained.<wbr/>single_embed p99.9_&lt;=_1.5s"],
  ["steady rps>5", "steady rps>5"],
])("%s may end a line after a dot, not beside its sign", (expr, html) => {
  expect(renderToString(<ThresholdCode expr={expr} />).replaceAll("\u00a0", "_")).toBe(`<code>${html}</code>`);
});
