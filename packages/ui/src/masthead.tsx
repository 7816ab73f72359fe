import type { ComponentChildren, JSX } from "preact";
import type { ReportData } from "../../plimsoll/src/report/html-data.ts";
import type { Verdict } from "../../plimsoll/src/verdict/judgement.ts";
import { FirstBreachNote } from "./first-breach-note.tsx";
import { Mark } from "./mark.tsx";
import { ReasonList, reasonsBeside } from "./reason-list.tsx";
import { Sentence } from "./sentence.tsx";
import { VerdictWord } from "./verdict-word.tsx";
import type { View } from "./view.ts";
import { lengthText, wallText } from "./words.ts";

/** The answer: what was run, and what it came to, in a word and a sentence. */
export function Masthead({ data, view }: { readonly data: ReportData; readonly view: View }): JSX.Element {
  const { run, judgement } = data;
  return (
    <AnswerHead
      title={run.name}
      aside={run.id}
      verdict={judgement.verdict}
      because={judgement.because}
      evidence={<FirstBreachNote data={data} view={view} />}
      reasons={reasonsBeside(data)}
    >
      <li class="target">{run.target}</li>
      <li>{run.startedAt === undefined ? "load never began" : wallText(run.startedAt)}</li>
      <li>{lengthText(run)}</li>
    </AnswerHead>
  );
}

interface Props {
  readonly title: string;
  /** Small, beside the mark. */
  readonly aside?: string;
  readonly verdict: Verdict;
  readonly because: string;
  /** Follows the sentence that decided. */
  readonly evidence?: JSX.Element;
  readonly reasons?: readonly string[];
  /** List items: the facts under the title. */
  readonly children: ComponentChildren;
}

/** The head of any page that has an answer. */
export function AnswerHead({ title, aside, verdict, because, evidence, reasons = [], children }: Props): JSX.Element {
  return (
    <header class="masthead">
      <p class="brand">
        <Mark sizePx={22} /> Plimsoll {aside === undefined ? undefined : <span class="run-id">{aside}</span>}
      </p>
      <h1>{title}</h1>
      <ul class="facts">{children}</ul>
      <div class={`answer is-${verdict}`}>
        <p>
          <VerdictWord verdict={verdict} />
        </p>
        <p class="because">
          <Sentence text={because} />
        </p>
        {evidence}
        <ReasonList reasons={reasons} />
      </div>
    </header>
  );
}
