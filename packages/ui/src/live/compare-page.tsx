import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { ComparedRuns } from "../../../plimsoll/src/live/live-event.ts";
import { ComparisonView } from "../comparison-view.tsx";
import { wallText } from "../words.ts";
import { PageLink } from "./page-link.tsx";
import { ProblemNote } from "./problem-note.tsx";
import { isSignedOut, type Problem, read } from "./server.ts";
import { StateWord } from "./state-word.tsx";

interface Props {
  /** Ids. */
  readonly base: string;
  readonly next: string;
}

/** Is the second run worse than the first? As `plimsoll compare` tells it. */
export function ComparePage({ base, next }: Props): JSX.Element {
  const [compared, setCompared] = useState<ComparedRuns>();
  const [problem, setProblem] = useState<Problem>();
  const isOut = isSignedOut.value;
  useEffect(() => {
    if (isOut) return undefined;
    let isOver = false;
    setCompared(undefined);
    setProblem(undefined);
    void read<ComparedRuns>(`/api/compare?${new URLSearchParams({ base, new: next })}`).then((answer) => {
      if (isOver) return;
      if (answer.isOk) setCompared(answer.value);
      else setProblem(answer.problem);
    });
    return () => {
      isOver = true;
    };
  }, [base, next, isOut]);
  if (compared === undefined) {
    return (
      <main>
        <h1>Comparison</h1>
        <ProblemNote problem={problem} />
        {problem === undefined ? <p class="none">Both journals are being read.</p> : undefined}
        <p>
          <PageLink to={{ kind: "list", query: "" }}>All runs</PageLink>
        </p>
      </main>
    );
  }
  return (
    <>
      <Sides compared={compared} swapped={{ kind: "compare", base: next, next: base }} />
      <ComparisonView comparison={compared.comparison} />
    </>
  );
}

interface SidesProps {
  readonly compared: ComparedRuns;
  readonly swapped: { readonly kind: "compare"; readonly base: string; readonly next: string };
}

function Sides({ compared, swapped }: SidesProps): JSX.Element {
  const sides = [
    ["base", compared.base],
    ["new", compared.new],
  ] as const;
  return (
    <nav class="sides" aria-label="Compared runs">
      <ul>
        {sides.map(([side, run]) => (
          <li key={side}>
            <span class="side">{side}</span> <PageLink to={{ kind: "run", id: run.id }}>{run.name}</PageLink>{" "}
            {wallText(run.startedAt)} <StateWord state={run.state} verdict={run.verdict} />
          </li>
        ))}
      </ul>
      <PageLink to={swapped}>Swap base and new</PageLink>
    </nav>
  );
}
