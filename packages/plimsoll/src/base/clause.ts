/** A sentence as it goes on after a colon: `The load was changed.` → `the load was changed.`; `NEW`, `CPU` and `p95` stay. */
export function asClause(sentence: string): string {
  return sentence.replace(/^\p{Lu}(?=\p{Ll}| )/u, (first) => first.toLowerCase());
}
