import type { JSX } from "preact";
import type { Verdict } from "../../plimsoll/src/verdict/judgement.ts";

const WORDS = { pass: "PASS", fail: "FAIL", inconclusive: "INCONCLUSIVE" } as const;
const SHAPES = { pass: "✓", fail: "✗", inconclusive: "◐" } as const;

/** A verdict as a shape, a word and a colour, so that none of the three is needed to tell it. */
export function VerdictWord({ verdict }: { readonly verdict: Verdict }): JSX.Element {
  return (
    <strong class={`verdict-word is-${verdict}`}>
      <span aria-hidden="true">{SHAPES[verdict]}</span> {WORDS[verdict]}
    </strong>
  );
}
