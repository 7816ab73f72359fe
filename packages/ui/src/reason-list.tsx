import type { JSX } from "preact";
import type { ReportData } from "../../plimsoll/src/report/html-data.ts";
import { Sentence } from "./sentence.tsx";

/** Sentences one under the other; nothing where there are none. */
export function ReasonList({ reasons }: { readonly reasons: readonly string[] }): JSX.Element | null {
  if (reasons.length === 0) return null;
  return (
    <ul class="reasons">
      {reasons.map((reason) => (
        <li key={reason}>
          <Sentence text={reason} />
        </li>
      ))}
    </ul>
  );
}

/** What else moved a verdict, beside the sentence that decided. */
export function reasonsBeside({ judgement, imbalances }: Pick<ReportData, "judgement" | "imbalances">): string[] {
  return [...new Set([...judgement.reasons, ...imbalances])].filter((reason) => !judgement.because.startsWith(reason));
}
