/** The views of the page, as the query of an address tells them: the fragment stays the report's. */

export type Route =
  | { readonly kind: "list"; readonly query: string }
  /** `id` undefined: the run that goes on, whichever it is. */
  | { readonly kind: "run"; readonly id: string | undefined }
  | { readonly kind: "compare"; readonly base: string; readonly next: string };

/** In `?run=` for the run that goes on. */
const NOW = "now";

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
