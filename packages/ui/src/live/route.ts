/** Which of its views the page shows: told by the query of its address, so that the fragment stays the report's. */
import { computed, signal } from "@preact/signals";

export type Route =
  | { readonly kind: "list"; readonly query: string }
  /** `id` undefined: the run that goes on, whichever it is. */
  | { readonly kind: "run"; readonly id: string | undefined }
  | { readonly kind: "compare"; readonly base: string; readonly next: string };

/** In `?run=` for the run that goes on. */
const NOW = "now";

const search = signal(location.search);

/** The view of the address as it is now. */
export const route = computed(() => routeOf(search.value));

/** Reads the query of an address. */
export function routeOf(text: string): Route {
  const query = new URLSearchParams(text);
  const [run, base, next] = [query.get("run"), query.get("base"), query.get("new")];
  if (run !== null) return { kind: "run", id: run === NOW ? undefined : run };
  if (base !== null && next !== null) return { kind: "compare", base, next };
  return { kind: "list", query: query.get("q") ?? "" };
}

/** The address of a view, from this page. */
export function addressOf(wanted: Route): string {
  switch (wanted.kind) {
    case "list":
      return wanted.query === "" ? "/" : `/?${new URLSearchParams({ q: wanted.query })}`;
    case "run":
      return `/?${new URLSearchParams({ run: wanted.id ?? NOW })}`;
    case "compare":
      return `/?${new URLSearchParams({ base: wanted.base, new: wanted.next })}`;
  }
}

/** Shows a view; `isSame`: the one that is shown, told more exactly. */
export function go(wanted: Route, { isSame = false }: { readonly isSame?: boolean } = {}): void {
  const address = addressOf(wanted);
  if (isSame) history.replaceState(history.state, "", address);
  else history.pushState(undefined, "", address);
  search.value = location.search;
}

/** Follows the browser's way back and forth. */
export function followHistory(): void {
  addEventListener("popstate", () => {
    search.value = location.search;
  });
}
