import type { JSX } from "preact";
import type { RunListing } from "../../../plimsoll/src/live/live-event.ts";
import { VerdictWord } from "../verdict-word.tsx";

const STATES = {
  starting: { shape: "▷", word: "STARTING" },
  running: { shape: "▶", word: "RUNNING" },
  // The sign for it on buttons is missing in the fonts of many systems.
  paused: { shape: "‖", word: "PAUSED" },
  ended: { shape: "–", word: "NO VERDICT" },
  lost: { shape: "◌", word: "CUT OFF" },
  removed: { shape: "◌", word: "REMOVED" },
  unreadable: { shape: "?", word: "UNREADABLE" },
} as const;

interface Props {
  readonly state: RunListing["state"];
  /** It goes on, but somebody holds its load back. */
  readonly isPaused?: boolean;
  readonly verdict: RunListing["verdict"] | undefined;
}

/** What became of a run: its verdict where it has one, else how it stands; a shape and a word as well as a colour. */
export function StateWord({ state, isPaused = false, verdict }: Props): JSX.Element {
  if (verdict !== undefined) return <VerdictWord verdict={verdict} />;
  const { shape, word } = STATES[state === "running" && isPaused ? "paused" : state];
  return (
    <strong class={`verdict-word is-${state === "running" ? "going" : "note"}`}>
      <span aria-hidden="true">{shape}</span> {word}
    </strong>
  );
}
