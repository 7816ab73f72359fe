/** A page that holds a comparison alone, under the same head as a report. */
import type { JSX } from "preact";
import type { ComparisonData } from "../../plimsoll/src/report/html-comparison.ts";
import { ComparisonSection } from "./comparison-section.tsx";
import { AnswerHead } from "./masthead.tsx";
import { Terms } from "./terms.tsx";

export function ComparisonView({ comparison }: { readonly comparison: ComparisonData }): JSX.Element {
  const { verdict, sentence, baseName, newName } = comparison;
  return (
    <>
      <AnswerHead title={`${newName} against ${baseName}`} verdict={verdict} because={sentence}>
        <li>base: {baseName}</li>
        <li>new: {newName}</li>
      </AnswerHead>
      <main>
        <ComparisonSection comparison={comparison} isSaid />
        <Terms />
      </main>
    </>
  );
}
