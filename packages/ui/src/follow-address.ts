import { effect } from "@preact/signals";
import { hashOf, type Known, placeOf } from "./deep-link.ts";
import { goTo, placeIn, type View } from "./view.ts";

/**
 * Opens the view that the page's address tells, and keeps the address telling the view.
 * @returns ends it
 */
export function followAddress(view: View, known: () => Known): () => void {
  const open = (): void => {
    const data = known();
    const place = placeOf(location.hash, data);
    if (place === undefined) {
      tell(view);
      return;
    }
    goTo(view, place);
    const shown = place.at ?? place.profile;
    if (shown !== undefined) showSection(data, shown, place.range === undefined ? "" : "-charts");
  };
  open();
  addEventListener("hashchange", open);
  const stop = effect(() => tell(view));
  return () => {
    removeEventListener("hashchange", open);
    stop();
  };
}

/** Scrolls to a profile's section, or to a part of it, once it is on the page, and moves the keyboard's place there. */
export function showSection({ profiles }: Known, profile: string, part: "" | "-charts"): void {
  const index = profiles.findIndex(({ name }) => name === profile);
  setTimeout(() => {
    const target = document.getElementById(`profile-${index + 1}${part}`);
    target?.scrollIntoView();
    target?.focus({ preventScroll: true });
  });
}

/** A plain anchor (`#run`) stays in the address as long as there is nothing else to tell. */
function tell(view: View): void {
  const wanted = hashOf(placeIn(view));
  if (wanted === location.hash || (wanted === "" && !location.hash.includes("="))) return;
  history.replaceState(history.state, "", wanted === "" ? location.pathname + location.search : wanted);
}
