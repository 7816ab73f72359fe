import type { JSX } from "preact";
import type { RunListing } from "../../../plimsoll/src/live/live-event.ts";
import { wallText } from "../words.ts";
import { go } from "./route.ts";

interface Props {
  readonly runs: readonly RunListing[];
  readonly picked: readonly string[];
  readonly onClear: () => void;
}

/** What is picked to be compared: the older run is the base. */
export function CompareBar({ runs, picked, onClear }: Props): JSX.Element | null {
  if (picked.length === 0) return null;
  const chosen = picked.flatMap((id) => runs.find((run) => run.id === id) ?? []);
  const [base, next] = [...chosen].sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
  const compare = (): void => {
    if (base !== undefined && next !== undefined) go({ kind: "compare", base: base.id, next: next.id });
  };
  return (
    <fieldset class="compare-bar">
      <legend class="unseen">Comparison</legend>
      <p>
        {base === undefined || next === undefined ? (
          "Pick a second run to compare."
        ) : (
          <>
            {next.name} of {wallText(next.startedAt)} against {base.name} of {wallText(base.startedAt)}
          </>
        )}
      </p>
      <button type="button" class="is-main" disabled={next === undefined} onClick={compare}>
        Compare
      </button>
      <button type="button" onClick={onClear}>
        Clear
      </button>
    </fieldset>
  );
}
