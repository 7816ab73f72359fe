import { renderToString } from "preact-render-to-string";
import { expect, test } from "vitest";
import { ThresholdCode } from "./threshold-code.tsx";

test.each([
  ["p95 < 500ms", "[p95 &lt; 500ms]"],
  ["sustained.single_embed p99.9 <= 1.5s", "sustained.<wbr/>single_embed [p99.9 &lt;= 1.5s]"],
  ["steady rps>5", "steady [rps>5]"],
])("%s may end a line after a dot, not beside its sign", (expr, html) => {
  const shown = renderToString(<ThresholdCode expr={expr} />);
  expect(shown.replaceAll('<span class="whole">', "[").replaceAll("</span>", "]")).toBe(`<code>${html}</code>`);
});
