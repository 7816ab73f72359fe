import { Fragment, type JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { formatDuration } from "../../../plimsoll/src/base/format-number.ts";
import type { RunListing } from "../../../plimsoll/src/live/live-event.ts";
import { amountSpan, amountText, wallText } from "../words.ts";
import { ConfirmButton } from "./confirm-button.tsx";
import { figuresNow, placeNow } from "./now-text.ts";
import { PageLink } from "./page-link.tsx";
import { ProblemNote } from "./problem-note.tsx";
import { type Problem, write } from "./server.ts";
import { StateWord } from "./state-word.tsx";

interface Props {
  readonly runs: readonly RunListing[];
  /** Ids of those to be compared. */
  readonly picked: readonly string[];
  readonly onPick: (id: string, isPicked: boolean) => void;
  /** `neighbour`: a row beside it, where there is one. */
  readonly onRemoved: (name: string, id: string, neighbour: Element | undefined) => void;
}

/** A row a run; on a narrow screen a card. */
export function RunTable({ runs, ...row }: Props): JSX.Element {
  return (
    <table class="runs">
      <caption class="unseen">Runs, those that go on first, then the newest</caption>
      <thead>
        <tr>
          <th scope="col">Compare</th>
          <th scope="col">Verdict</th>
          <th scope="col">Run</th>
          <th scope="col">Target</th>
          <th scope="col">Started</th>
          <th scope="col">Lasted</th>
          <th scope="col">Capacity</th>
          <th scope="col">
            <span class="unseen">Delete</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <RunRow key={run.id} run={run} {...row} />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps extends Omit<Props, "runs"> {
  readonly run: RunListing;
}

function RunRow({ run, picked, onPick, onRemoved }: RowProps): JSX.Element {
  const [problem, setProblem] = useState<Problem>();
  const { id, name, state, startedAt } = run;
  const isOver = state !== "running";
  const title = `${name} of ${wallText(startedAt)}`;
  const row = useRef<HTMLTableRowElement>(null);
  const remove = async (): Promise<void> => {
    // Before the row goes, and the keyboard with it.
    const neighbour = row.current?.nextElementSibling ?? row.current?.previousElementSibling;
    const answer = await write("DELETE", `/api/runs/${encodeURIComponent(id)}`, { confirm: id });
    if (answer.isOk) onRemoved(title, id, neighbour ?? undefined);
    else setProblem(answer.problem);
  };
  return (
    <tr ref={row} class={isOver ? undefined : "is-running"}>
      <td class="pick">
        {isOver && state !== "unreadable" ? (
          <input
            type="checkbox"
            aria-label={`Compare ${title}`}
            checked={picked.includes(id)}
            onChange={({ currentTarget }) => onPick(id, currentTarget.checked)}
          />
        ) : undefined}
      </td>
      <td class="state">
        <StateWord state={state} isPaused={run.now?.isPaused ?? false} verdict={run.verdict} />
        {run.isDamaged === true ? <span class="aside">journal damaged</span> : undefined}
      </td>
      <th scope="row" class="run-name">
        {state === "unreadable" ? name : <PageLink to={{ kind: "run", id }}>{name}</PageLink>}
        <span class="aside">{[run.profiles.join(", "), run.folder].filter((part) => part !== "").join(" · ")}</span>
        {run.now === undefined ? undefined : <NowLine now={run.now} />}
        <ProblemNote problem={problem} />
      </th>
      <td class="run-target">
        <Target url={run.target} />
      </td>
      <td class="when">{startedAt === "" ? "–" : <time dateTime={startedAt}>{wallText(startedAt)}</time>}</td>
      <td class="lasted">{run.durationMs === undefined ? "" : formatDuration(run.durationMs)}</td>
      <td class="capacity">{run.capacity === undefined ? undefined : <Capacity capacity={run.capacity} />}</td>
      <td class="remove">
        {isOver ? (
          <ConfirmButton
            label="Delete…"
            name={`Delete ${title}`}
            question="Delete its files for good?"
            yes="Delete"
            no="Keep"
            onConfirm={() => void remove()}
          />
        ) : undefined}
      </td>
    </tr>
  );
}

/** Where it does not fit a line ends before the port or after a slash, rather than within a number. */
function Target({ url }: { readonly url: string }): JSX.Element {
  return (
    <>
      {url.split(/(?=:\d)|(?<=\w\/)/).map((part, index) => (
        <Fragment key={index}>
          {index > 0 ? <wbr /> : undefined}
          {part}
        </Fragment>
      ))}
    </>
  );
}

function NowLine({ now }: { readonly now: NonNullable<RunListing["now"]> }): JSX.Element {
  return (
    <span class="now-line">
      <progress max={1} value={now.progressRatio} aria-label={`Progress of ${now.name}`} />
      <span>
        {placeNow(now)} · {figuresNow(now)}
      </span>
    </span>
  );
}

/** With its interval below. */
function Capacity({ capacity }: { readonly capacity: NonNullable<RunListing["capacity"]> }): JSX.Element {
  const by = capacity.by === "users" ? "users" : "rate";
  const span = amountSpan(capacity.low, capacity.high, by);
  return (
    <>
      {amountText(capacity.value, by)}
      {span === "" ? undefined : <span class="aside">{span}</span>}
    </>
  );
}
