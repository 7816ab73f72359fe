/** The first view: what runs, what ran, and the way to a new run. */
import type { JSX, RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { RunList } from "../../../plimsoll/src/live/live-event.ts";
import { matchesQuery } from "../../../plimsoll/src/live/run-query.ts";
import { CompareBar } from "./compare-bar.tsx";
import { ProblemNote } from "./problem-note.tsx";
import { go } from "./route.ts";
import { useRuns, type WatchedRuns } from "./run-list-stream.ts";
import { RunTable } from "./run-table.tsx";
import { isSignedOut } from "./server.ts";
import { StartNotes } from "./start-notes.tsx";
import { StartSection } from "./start-section.tsx";

const SEARCH_AFTER_MS = 200;

export function ListPage({ query }: { readonly query: string }): JSX.Element {
  const { list, isLost, problem } = useRuns();
  const [picked, setPicked] = useState<readonly string[]>([]);
  const [said, setSaid] = useState("");
  const pick = (id: string, isPicked: boolean): void =>
    setPicked((before) => (isPicked ? [...before, id].slice(-2) : before.filter((one) => one !== id)));
  const search = useRef<HTMLInputElement>(null);
  const removed = (name: string, id: string, neighbour: Element | undefined): void => {
    pick(id, false);
    setSaid(`${name} was deleted.`);
    // The keyboard goes on beside what is gone.
    const beside = neighbour?.isConnected === true ? neighbour.querySelector<HTMLElement>("a, button") : null;
    (beside ?? search.current)?.focus();
  };
  // Without a session and a list nothing here could do anything; what was told before can still be looked through.
  if (isSignedOut.value && list === undefined) return <Heading />;
  const shown = list?.runs.filter((run) => matchesQuery(run, query)) ?? [];
  return (
    <>
      <Heading />
      <main>
        <StartSection isOpen={list?.runs.length === 0} list={list} />
        <section aria-labelledby="all-runs">
          <div class="list-head">
            <h2 id="all-runs">All runs</h2>
            <Search query={query} field={search} />
          </div>
          {isSignedOut.value ? undefined : <Trouble isLost={isLost} problem={problem} />}
          {list === undefined ? undefined : (
            <>
              <StartNotes starts={list.starts} />
              {shown.length === 0 ? (
                <Empty query={query} />
              ) : (
                <RunTable runs={inOrder(shown)} picked={picked} onPick={pick} onRemoved={removed} />
              )}
              {list.isCut ? <p class="note">There are more folders than are looked at.</p> : undefined}
              <CompareBar runs={list.runs} picked={picked} onClear={() => setPicked([])} />
            </>
          )}
          <p class="unseen" role="status">
            {said}
          </p>
        </section>
      </main>
    </>
  );
}

/** Why the list is not of now; what was told last stays. */
function Trouble({ isLost, problem }: Pick<WatchedRuns, "isLost" | "problem">): JSX.Element {
  return (
    <>
      <p class="note" role="status">
        {isLost && problem === undefined ? (
          <>
            <span aria-hidden="true">◌</span> Connection lost, trying again.
          </>
        ) : undefined}
      </p>
      <ProblemNote problem={problem} />
    </>
  );
}

/** Those that go on first; the server told them newest first. */
function inOrder(runs: RunList["runs"]): RunList["runs"] {
  const isGoing = (run: RunList["runs"][number]): boolean => run.state === "running";
  return [...runs.filter(isGoing), ...runs.filter((run) => !isGoing(run))];
}

function Empty({ query }: { readonly query: string }): JSX.Element {
  if (query !== "") return <p class="none">No run matches “{query}”.</p>;
  return (
    <p class="none">
      No runs yet: start one above, or with <code>plimsoll run</code> in a terminal. Whatever writes into this folder
      shows up here.
    </p>
  );
}

function Heading(): JSX.Element {
  return (
    <header class="masthead">
      <h1>Runs</h1>
    </header>
  );
}

interface SearchProps {
  readonly query: string;
  readonly field: RefObject<HTMLInputElement | null>;
}

/** The address follows what is typed, so that a search can be linked to and gone back to. */
function Search({ query, field }: SearchProps): JSX.Element {
  const [text, setText] = useState(query);
  useEffect(() => setText(query), [query]);
  useEffect(() => {
    if (text === query) return undefined;
    const timer = setTimeout(() => go({ kind: "list", query: text }, { isSame: true }), SEARCH_AFTER_MS);
    return () => clearTimeout(timer);
  }, [text, query]);
  return (
    <search>
      <label class="field">
        <span>Search</span>
        <input
          type="search"
          ref={field}
          value={text}
          maxLength={200}
          placeholder="name, target, profile, verdict"
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
      </label>
    </search>
  );
}
