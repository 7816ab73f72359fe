import type { JSX } from "preact";
import type { ReportData } from "../../plimsoll/src/report/html-data.ts";
import { Mark } from "./mark.tsx";
import { VerdictWord } from "./verdict-word.tsx";
import { lengthText, wallText } from "./words.ts";

/** The answer: what was run, and what it came to, in a word and a sentence. */
export function Masthead({ data }: { readonly data: ReportData }): JSX.Element {
  const { run, judgement, imbalances } = data;
  const reasons = [...new Set([...judgement.reasons, ...imbalances])].filter((reason) => reason !== judgement.because);
  return (
    <header class="masthead">
      <p class="brand">
        <Mark sizePx={22} /> Plimsoll <span class="run-id">{run.id}</span>
      </p>
      <h1>{run.name}</h1>
      <ul class="facts">
        <li class="target">{run.target}</li>
        <li>{run.startedAt === undefined ? "load never began" : wallText(run.startedAt)}</li>
        <li>{lengthText(run)}</li>
      </ul>
      <div class={`answer is-${judgement.verdict}`}>
        <p>
          <VerdictWord verdict={judgement.verdict} />
        </p>
        <p class="because">{judgement.because}</p>
        {reasons.length === 0 ? undefined : (
          <ul class="reasons">
            {reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        )}
      </div>
    </header>
  );
}
