/** The first view: what runs, what ran, and the way to a new run. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { RunList } from "../../../plimsoll/src/live/live-event.ts";
import { CompareBar } from "./compare-bar.tsx";
import { ProblemNote } from "./problem-note.tsx";
import { go } from "./route.ts";
import { useRuns } from "./run-polling.ts";
import { RunTable } from "./run-table.tsx";
import { isSignedOut } from "./server.ts";
import { StartNotes } from "./start-notes.tsx";
import { StartSection } from "./start-section.tsx";

const SEARCH_AFTER_MS = 200;

export function ListPage({ query }: { readonly query: string }): JSX.Element {
  const { list, problem, refresh } = useRuns(query);
  const [picked, setPicked] = useState<readonly string[]>([]);
  const [said, setSaid] = useState("");
  const pick = (id: string, isPicked: boolean): void =>
    setPicked((before) => (isPicked ? [...before, id].slice(-2) : before.filter((one) => one !== id)));
  const removed = (name: string, id: string): void => {
    pick(id, false);
    setSaid(`${name} was deleted.`);
    refresh();
  };
  return (
    <>
      <header class="masthead">
        <h1>Runs</h1>
      </header>
      <main>
        <StartSection isOpen={list !== undefined && list.runs.length === 0 && query === ""} onStart={refresh} />
        <section aria-labelledby="all-runs">
          <div class="list-head">
            <h2 id="all-runs">All runs</h2>
            <Search query={query} />
          </div>
          {problem === undefined || isSignedOut.value ? undefined : <ProblemNote problem={problem} />}
          {list === undefined ? undefined : (
            <>
              <StartNotes starts={list.starts} />
              {list.runs.length === 0 ? (
                <Empty query={query} />
              ) : (
                <RunTable runs={inOrder(list.runs)} picked={picked} onPick={pick} onRemoved={removed} />
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

/** The address follows what is typed, so that a search can be linked to and gone back to. */
function Search({ query }: { readonly query: string }): JSX.Element {
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
          value={text}
          maxLength={200}
          placeholder="name, target, profile, verdict"
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
      </label>
    </search>
  );
}
