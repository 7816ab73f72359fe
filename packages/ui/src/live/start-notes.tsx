import type { JSX } from "preact";
import type { StartListing } from "../../../plimsoll/src/live/live-event.ts";
import { wallText } from "../words.ts";

/** Failed starts that are still told; older ones are no news. */
const MOST_SHOWN = 3;

/** Runs on their way, and those that never began, with what they said. */
export function StartNotes({ starts }: { readonly starts: readonly StartListing[] }): JSX.Element | null {
  const shown = starts.filter(({ state }) => state !== "started").slice(0, MOST_SHOWN);
  if (shown.length === 0) return null;
  return (
    <ul class="starts">
      {shown.map((start) => (
        <li key={start.folder} class={start.state === "failed" ? "problem" : undefined}>
          <p>
            {start.state === "failed" ? (
              <>
                <span aria-hidden="true">✗</span> {start.spec} · {start.profile} could not start at{" "}
                {wallText(start.startedAt)}
                {start.exitCode === undefined ? "" : ` (exit ${start.exitCode})`}
              </>
            ) : (
              <>
                <span aria-hidden="true">▷</span> {start.spec} · {start.profile} is starting: it waits until its target
                is ready.
              </>
            )}
          </p>
          {start.message === undefined ? undefined : <pre>{start.message}</pre>}
        </li>
      ))}
    </ul>
  );
}
