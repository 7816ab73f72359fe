/** The views of the page, as the query of an address tells them: the fragment stays the report's. */

export type Route =
  | { readonly kind: "list"; readonly query: string }
  | { readonly kind: "run"; readonly id: string }
  /** The run that goes on, whichever it is; with `sinceMs` (of the epoch) the first that began then or later, over or not. */
  | { readonly kind: "now"; readonly sinceMs?: number }
  | { readonly kind: "compare"; readonly base: string; readonly next: string };

/** In `?run=` for the run that goes on. */
const NOW = "now";

/** Reads the query of an address. */
export function routeOf(text: string): Route {
  const query = new URLSearchParams(text);
  const [run, base, next] = [query.get("run"), query.get("base"), query.get("new")];
  if (run === NOW) return { kind: "now", ...sinceOf(query.get("since")) };
  if (run !== null) return { kind: "run", id: run };
  if (base !== null && next !== null) return { kind: "compare", base, next };
  return { kind: "list", query: query.get("q") ?? "" };
}

/** The address of a view, from this page. */
export function addressOf(wanted: Route): string {
  switch (wanted.kind) {
    case "list":
      return wanted.query === "" ? "/" : `/?${new URLSearchParams({ q: wanted.query })}`;
    case "run":
      return `/?${new URLSearchParams({ run: wanted.id })}`;
    case "now":
      return `/?${new URLSearchParams({ run: NOW, ...(wanted.sinceMs === undefined ? {} : { since: `${wanted.sinceMs}` }) })}`;
    case "compare":
      return `/?${new URLSearchParams({ base: wanted.base, new: wanted.next })}`;
  }
}

function sinceOf(text: string | null): { readonly sinceMs?: number } {
  return text !== null && /^\d{1,15}$/.test(text) ? { sinceMs: Number(text) } : {};
}
