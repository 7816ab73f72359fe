/** One run, live or over: the parts of the report, fed by the stream, under a head that can steer. */
import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { LiveDocument } from "../../../plimsoll/src/live/live-event.ts";
import { followAddress } from "../follow-address.ts";
import { RunView } from "../report.tsx";
import { createView } from "../view.ts";
import { ConnectionNote } from "./connection-note.tsx";
import { PageLink } from "./page-link.tsx";
import { RunHead } from "./run-head.tsx";
import { followRun, type RunStream } from "./run-stream.ts";

/** `key` it by the id: a stream is of one run. */
export function RunPage({ id }: { readonly id: string }): JSX.Element {
  const stream = useMemo(() => followRun(id), [id]);
  useEffect(() => () => stream.end(), [stream]);
  const document = stream.document.value;
  return (
    <>
      <ConnectionNote stream={stream} />
      {document === undefined ? (
        <Waiting stream={stream} />
      ) : (
        <Watched document={document} isFollowed={stream.connection.value !== "gone"} />
      )}
    </>
  );
}

function Waiting({ stream }: { readonly stream: RunStream }): JSX.Element {
  const isGone = stream.connection.value === "gone";
  return (
    <main>
      <h1>{isGone ? "No such run" : "One moment"}</h1>
      {isGone ? (
        <p>
          It may have been deleted. <PageLink to={{ kind: "list", query: "" }}>All runs</PageLink>
        </p>
      ) : (
        <p class="none">The run's journal is being read.</p>
      )}
    </main>
  );
}

interface WatchedProps {
  readonly document: LiveDocument;
  readonly isFollowed: boolean;
}

function Watched({ document, isFollowed }: WatchedProps): JSX.Element {
  const view = useMemo(createView, []);
  const data = useRef(document.data);
  data.current = document.data;
  useEffect(() => followAddress(view, () => data.current), [view]);
  const state = document.now?.isPaused === true ? "paused" : document.state;
  const { judgement, run } = document.data;
  const title = `${state === "ended" ? judgement.verdict : state}: ${run.name} · Plimsoll`;
  useEffect(() => {
    globalThis.document.title = title;
  }, [title]);
  const isLive = document.state === "running" || document.state === "starting";
  return (
    <RunView
      data={document.data}
      view={view}
      isLive={isLive}
      head={<RunHead document={document} view={view} isFollowed={isFollowed} />}
    />
  );
}
