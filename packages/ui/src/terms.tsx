import type { JSX } from "preact";

const TERMS: readonly (readonly [string, string])[] = [
  [
    "Response time",
    "from the instant a request was due to its end: what a caller would have felt. It holds the wait of requests that a stalled target kept from being sent on time.",
  ],
  ["Service time", "from the first byte sent to the end: what the target and the network took."],
  ["Send lag", "from the instant a request was due to its first byte: the generator's lateness, never the target's."],
  ["p95", "the time that 95 % of the requests did not exceed; failed requests are counted too."],
  ["Completed, failed", "ended and right; ended otherwise. Requests are both together."],
  ["Dropped", "never sent because the generator had reached a limit of its own."],
  [
    "Inconclusive",
    "the data cannot tell: there are none, too few, or the generator spoiled them. Neither pass nor fail.",
  ],
];

/** The words of the page. */
export function Terms(): JSX.Element {
  return (
    <section id="terms" class="terms" aria-labelledby="terms-name">
      <h2 id="terms-name">Terms</h2>
      <dl>
        {TERMS.map(([term, meaning]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
