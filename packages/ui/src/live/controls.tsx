import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { LiveDocument, LiveNow } from "../../../plimsoll/src/live/live-event.ts";
import { fieldText, steerText } from "../words.ts";
import { ConfirmButton } from "./confirm-button.tsx";
import { ProblemNote } from "./problem-note.tsx";
import { type Problem, write } from "./server.ts";
import { NumberField } from "./start-form.tsx";

/** Changes the load, holds it, ends the run. What was asked shows up in the charts once the run has done it. */
export function Controls({ document }: { readonly document: LiveDocument }): JSX.Element {
  const [problem, setProblem] = useState<Problem>();
  const [isStopping, setIsStopping] = useState(false);
  const { id, state } = document;
  const order = async (action: "steer" | "stop", body: object): Promise<boolean> => {
    setProblem(undefined);
    const answer = await write("POST", `/api/runs/${encodeURIComponent(id)}/${action}`, body);
    setProblem(answer.isOk ? undefined : answer.problem);
    return answer.isOk;
  };
  return (
    <section class="controls" aria-label="Controls">
      {document.isSteerable ? (
        <Steering document={document} onOrder={(body) => order("steer", body)} onType={() => setProblem(undefined)} />
      ) : (
        <p class="note">It sets its load itself, so it can only be stopped.</p>
      )}
      <ConfirmButton
        label="Stop…"
        question="End this run now? What it measured is kept."
        yes="Stop the run"
        no="Go on"
        isDisabled={state !== "running" || isStopping}
        onConfirm={() => void order("stop", {}).then(setIsStopping)}
      />
      <ProblemNote problem={problem} />
      <p class="note wide" role="status">
        {isStopping ? "Stopping: requests under way may end, then the run is judged." : steeredText(document)}
      </p>
    </section>
  );
}

interface SteeringProps {
  readonly document: LiveDocument;
  readonly onOrder: (body: object) => Promise<boolean>;
  /** What was refused before is being mended. */
  readonly onType: () => void;
}

function Steering({ document, onOrder, onType }: SteeringProps): JSX.Element {
  const { now } = document;
  const isPaused = now?.isPaused === true;
  return (
    <>
      {now === undefined ? undefined : (
        <LoadForm key={now.name} now={now} planned={plannedLoad(document)} onApply={onOrder} onType={onType} />
      )}
      <button type="button" disabled={now === undefined} onClick={() => void onOrder({ paused: !isPaused })}>
        {isPaused ? "Resume" : "Pause"}
      </button>
    </>
  );
}

interface LoadFormProps {
  readonly now: LiveNow;
  /** As the plan has it now; while users are still coming, more than there are. */
  readonly planned: number;
  readonly onApply: (body: { readonly users: number } | { readonly ratePerSec: number }) => Promise<boolean>;
  readonly onType: () => void;
}

/** The load as it is planned, until another number is typed. */
function LoadForm({ now, planned, onApply, onType }: LoadFormProps): JSX.Element {
  const [typed, setTyped] = useState<string>();
  const isClosed = now.kind === "closed";
  const type = (text: string): void => {
    setTyped(text);
    onType();
  };
  const shown = typed ?? fieldText(planned);
  const apply = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const amount = Number(shown);
    if (shown.trim() === "" || !Number.isFinite(amount)) return;
    if (await onApply(isClosed ? { users: amount } : { ratePerSec: amount })) setTyped(undefined);
  };
  return (
    <form class="fields" onSubmit={(event) => void apply(event)}>
      <NumberField
        label={isClosed ? "Users" : "Rate, req/s"}
        value={shown}
        onType={type}
        {...(isClosed ? { step: 1 } : {})}
      />
      <button type="submit" class="is-main" disabled={typed === undefined}>
        Apply
      </button>
    </form>
  );
}

/** What the field offers: the last load that somebody set, else the plan's. */
function plannedLoad({ data, steers, now }: LiveDocument): number {
  if (now === undefined) return 0;
  const set = steers.filter(({ phase, what }) => phase + 1 === now.number && ("users" in what || "ratePerSec" in what));
  const last = set.at(-1)?.what;
  if (last !== undefined && "users" in last) return last.users;
  if (last !== undefined && "ratePerSec" in last) return last.ratePerSec;
  const planned = data.profiles.find(({ name }) => name === now.name)?.planned;
  return planned?.users ?? planned?.ratePerSec ?? now.load;
}

/** What was changed last, once the journal has it. */
function steeredText({ steers }: LiveDocument): string {
  const last = steers.at(-1);
  if (last === undefined) return "";
  const times = steers.length === 1 ? "once" : `${steers.length} times`;
  return `Steered ${times}; last: ${steerText(last.what)}, by ${last.who}.`;
}
