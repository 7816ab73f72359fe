import type { JSX } from "preact";
import type { StartListing } from "../../../plimsoll/src/live/live-event.ts";
import { wallText } from "../words.ts";
import { write } from "./server.ts";

/** Starts that came to nothing and are still told; older ones are no news. */
const MOST_SHOWN = 3;

/** Runs on their way, and those that never began or lost their folder, with what they said. */
export function StartNotes({ starts }: { readonly starts: readonly StartListing[] }): JSX.Element | null {
  const shown = starts.filter(({ state }) => state !== "started").slice(0, MOST_SHOWN);
  if (shown.length === 0) return null;
  return (
    <ul class="starts">
      {shown.map((start) => (
        <StartNote key={start.folder} start={start} />
      ))}
    </ul>
  );
}

function StartNote({ start }: { readonly start: StartListing }): JSX.Element {
  const { folder, spec, profile, state, startedAt, message, exitCode } = start;
  const isOver = state === "failed" || state === "removed";
  const forget = (): void => void write("DELETE", `/api/starts/${encodeURIComponent(folder)}`, {});
  return (
    <li class={isOver ? "problem" : undefined}>
      <p>
        <span aria-hidden="true">{isOver ? "✗" : state === "ending" ? "◌" : "▷"}</span> {spec} · {profile}{" "}
        {fateOf(state, wallText(startedAt))}
        {exitCode === undefined ? "" : ` (exit ${exitCode})`}
        {state === "starting" || state === "ending" ? "." : ""}
      </p>
      {message === undefined ? undefined : <pre>{message}</pre>}
      {isOver ? (
        <button type="button" aria-label={`Dismiss the note on ${profile} of ${spec}`} onClick={forget}>
          Dismiss
        </button>
      ) : undefined}
    </li>
  );
}

function fateOf(state: StartListing["state"], at: string): string {
  switch (state) {
    case "failed":
      return `could not start at ${at}`;
    case "ending":
      return `of ${at} is ending: its folder was removed while it went on`;
    case "removed":
      return `of ${at} was ended: its folder was removed while it went on, and nothing of it is kept`;
    default:
      return "is starting: it waits until its target is ready";
  }
}
