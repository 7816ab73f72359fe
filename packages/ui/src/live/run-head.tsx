import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { formatDuration } from "../../../plimsoll/src/base/format-number.ts";
import type { LiveDocument } from "../../../plimsoll/src/live/live-event.ts";
import { FirstBreachNote } from "../first-breach-note.tsx";
import { ReasonList, reasonsBeside } from "../reason-list.tsx";
import { Sentence } from "../sentence.tsx";
import { VerdictWord } from "../verdict-word.tsx";
import type { View } from "../view.ts";
import { lengthText, wallText } from "../words.ts";
import { Controls } from "./controls.tsx";
import { NowFigures } from "./now-figures.tsx";
import { RunFiles } from "./run-files.tsx";
import { StateWord } from "./state-word.tsx";

interface Props {
  readonly document: LiveDocument;
  readonly view: View;
  /** False once the run was deleted: then nothing can be asked of it. */
  readonly isFollowed: boolean;
}

/** The answer so far, or at last; what it measures now, and what can be done. */
export function RunHead({ document, view, isFollowed }: Props): JSX.Element {
  const { data, state, now } = document;
  const { run } = data;
  const isLive = state === "running" || state === "starting";
  return (
    <header class="masthead">
      <h1>{run.name}</h1>
      <ul class="facts">
        <li class="target">{run.target}</li>
        <li>{run.startedAt === undefined ? "load has not begun" : wallText(run.startedAt)}</li>
        <li>{isLive ? `${formatDuration(Math.floor(run.end.atMs / 1000) * 1000)} so far` : lengthText(run)}</li>
        <li>{run.id}</li>
      </ul>
      <Answer document={document} view={view} />
      {now === undefined ? undefined : <NowFigures now={now} />}
      {isLive ? <Controls document={document} /> : undefined}
      {!isLive && isFollowed && state !== "removed" ? <RunFiles id={document.id} /> : undefined}
      <EndNote document={document} />
    </header>
  );
}

const REMOVED =
  "Its folder was removed while it went on, so it ends itself. What it measured until then is here, and nowhere else.";

function Answer({ document: { data, state, now }, view }: Omit<Props, "isFollowed">): JSX.Element {
  const { verdict, because } = data.judgement;
  const isLive = state === "running" || state === "starting";
  return (
    <div class={`answer is-${verdict}${isLive ? " is-open" : ""}`}>
      <p>
        <VerdictWord verdict={verdict} /> {isLive ? <span class="so-far">so far</span> : undefined}
        {state === "ended" ? undefined : (
          <span class="run-state">
            <StateWord state={state} isPaused={now?.isPaused ?? false} verdict={undefined} />
          </span>
        )}
      </p>
      <p class="because">
        <Sentence text={state === "removed" ? REMOVED : because} />
      </p>
      <FirstBreachNote data={data} view={view} />
      {state === "lost" ? (
        <p class="because">
          Nobody writes its journal any more and it has no end, as after a kill. What it measured is here.
        </p>
      ) : undefined}
      <ReasonList reasons={reasonsBeside(data)} />
    </div>
  );
}

/** Says aloud that the run ended, to who watched it. */
function EndNote({ document: { state, data } }: { readonly document: LiveDocument }): JSX.Element {
  const wasLive = useRef(false);
  const [said, setSaid] = useState("");
  useEffect(() => {
    if (state === "running") wasLive.current = true;
    else if (wasLive.current)
      setSaid(state === "removed" ? "The run's folder was removed." : `The run is over: ${data.judgement.verdict}.`);
  }, [state, data]);
  return (
    <p class="unseen" role="status">
      {said}
    </p>
  );
}
