import { renderToString } from "preact-render-to-string";
import { expect, test } from "vitest";
import { Sentence } from "./sentence.tsx";

test.each([
  ["sustained p95 < 500ms does not hold: 7 %", "sustained [p95 &lt; 500ms] does not hold: 7_%"],
  [
    "Holds 72 req/s within p95<500ms and errors<1%; more",
    "Holds 72_req/s within [p95&lt;500ms] and [errors&lt;1%]; more",
  ],
  ["embed p99.9 <= 1.5s, rps > 50/s.", "embed [p99.9 &lt;= 1.5s], [rps > 50/s]."],
  ["About 7 m more would narrow it (--budget).", "About 7_m more would narrow it ([--budget])."],
  ["or begin higher (--max-users), in 5 s", "or begin higher ([--max-users]), in 5_s"],
  ["a -- b, 3 < x, 3 < 5, <b>no</b>", "a -- b, 3 &lt; x, 3 &lt; 5, &lt;b>no&lt;/b>"],
])("%s: no line ends within a threshold or a flag, and nothing is put between its letters", (text, shown) => {
  const html = renderToString(<Sentence text={text} />);
  expect(html.replaceAll("\u00a0", "_").replaceAll('<span class="whole">', "[").replaceAll("</span>", "]")).toBe(shown);
});
