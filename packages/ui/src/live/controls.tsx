import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { LiveDocument, LiveNow } from "../../../plimsoll/src/live/live-event.ts";
import { steerText } from "../words.ts";
import { ConfirmButton } from "./confirm-button.tsx";
import { ProblemNote } from "./problem-note.tsx";
import { type Problem, write } from "./server.ts";
import { NumberField } from "./start-form.tsx";

/** Changes the load, holds it, ends the run. What was asked shows up in the charts once the run has done it. */
export function Controls({ document }: { readonly document: LiveDocument }): JSX.Element {
  const [problem, setProblem] = useState<Problem>();
  const [said, setSaid] = useState("");
  const { id, now, state } = document;
  const order = async (action: "steer" | "stop", body: object, done: string): Promise<boolean> => {
    const answer = await write("POST", `/api/runs/${encodeURIComponent(id)}/${action}`, body);
    setProblem(answer.isOk ? undefined : answer.problem);
    setSaid(answer.isOk ? done : "");
    return answer.isOk;
  };
  const isPaused = isHeld(document);
  return (
    <section class="controls" aria-label="Controls">
      {now === undefined ? undefined : (
        <LoadForm key={now.name} now={now} onApply={(body, text) => order("steer", body, `${text}: the run has it.`)} />
      )}
      <button
        type="button"
        disabled={now === undefined}
        onClick={() => void order("steer", { paused: !isPaused }, isPaused ? "Resumed." : "Paused: nothing is sent.")}
      >
        {isPaused ? "Resume" : "Pause"}
      </button>
      <ConfirmButton
        label="Stop…"
        question="End this run now? What it measured is kept."
        yes="Stop the run"
        no="Go on"
        isDisabled={state !== "running"}
        onConfirm={() => void order("stop", {}, "Stopping: requests under way may end, then the run is judged.")}
      />
      <ProblemNote problem={problem} />
      <p class="note wide" role="status">
        {said}
      </p>
      <Steers document={document} />
    </section>
  );
}

interface LoadFormProps {
  readonly now: LiveNow;
  readonly onApply: (
    body: { readonly users: number } | { readonly ratePerSec: number },
    text: string,
  ) => Promise<boolean>;
}

/** The load as it is, until another number is typed. */
function LoadForm({ now, onApply }: LoadFormProps): JSX.Element {
  const [typed, setTyped] = useState<string>();
  const isClosed = now.kind === "closed";
  const shown = typed ?? String(isClosed ? now.load : Math.round(now.load * 100) / 100);
  const apply = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const amount = Number(shown);
    if (shown.trim() === "" || !Number.isFinite(amount)) return;
    const body = isClosed ? { users: amount } : { ratePerSec: amount };
    if (await onApply(body, steerText(body))) setTyped(undefined);
  };
  return (
    <form class="fields" onSubmit={(event) => void apply(event)}>
      <NumberField
        label={isClosed ? "Users" : "Rate, req/s"}
        value={shown}
        onType={setTyped}
        {...(isClosed ? { step: 1 } : {})}
      />
      <button type="submit" class="is-main" disabled={typed === undefined}>
        Apply
      </button>
    </form>
  );
}

/** Who changed what, the last first. */
function Steers({ document: { steers } }: { readonly document: LiveDocument }): JSX.Element | null {
  const last = steers.at(-1);
  if (last === undefined) return null;
  return (
    <p class="note wide">
      Steered {steers.length === 1 ? "once" : `${steers.length} times`}; last: {steerText(last.what)}, by {last.who}.
    </p>
  );
}

/** Whether the phase under way is paused: nobody resumed it, or gave it another load, since. */
function isHeld({ steers, now }: LiveDocument): boolean {
  const last = steers.filter(({ phase }) => phase + 1 === now?.number).at(-1);
  return last !== undefined && "paused" in last.what;
}
